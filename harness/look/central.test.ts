import { describe, expect, it } from 'vitest'
import { CannotLook } from '../core/errors.ts'
import type { DatabaseName, Link } from './evidence.ts'
import { Lab } from './lab.ts'
import { type Recording, replay } from './recording.ts'

const database = (node: string, name: DatabaseName, evidence: object = {}) => ({
  request: { look: 'database' as const, node, database: name },
  evidence,
})
/** A chassis told where to go, and the addresses it has. */
const chassis = (node: string, remote: string, ...addresses: string[]) => [
  database(node, 'Open_vSwitch', {
    Open_vSwitch: [{ _uuid: node, external_ids: { 'system-id': node, 'ovn-remote': remote } }],
  }),
  {
    request: { look: 'kernel' as const, node },
    evidence: {
      links: [{ addresses: addresses.map(address => ({ address })) } as unknown as Link],
      netns: {},
      daemons: [],
    },
  },
]
const labOf = (nodes: string[], ...answers: Recording['answers']) =>
  new Lab(replay({ schema: 1, lab: 'test', takenAt: '', nodes, answers }))

const REMOTE = 'tcp:10.0.0.2:6642'

describe('the node of the central databases', () => {
  it('is the one whose address the chassis are told to go to, whatever it is called', async () => {
    const lab = labOf(
      ['a', 'b'],
      ...chassis('a', REMOTE, '10.0.0.1'),
      ...chassis('b', REMOTE, '10.0.0.2'),
      database('a', 'OVN_Southbound'),
      database('b', 'OVN_Southbound'),
    )
    expect(await lab.central()).toBe('b')
  })

  it.each(['unix:/var/run/ovn/ovnsb_db.sock', 'tcp:127.0.0.1:6642', 'ssl:[::1]:6642', 'tcp:b:6642'])(
    'is the chassis itself, or the node named, by %s',
    async remote => {
      const lab = labOf(
        ['a', 'b'],
        ...chassis('a', ''),
        ...chassis('b', remote),
        database('a', 'OVN_Southbound'),
        database('b', 'OVN_Southbound'),
      )
      expect(await lab.central()).toBe('b')
    },
  )

  it('is found by an address of IPv6, and by the key that is for this very chassis', async () => {
    const lab = labOf(
      ['a', 'b'],
      database('a', 'Open_vSwitch', {
        Open_vSwitch: [
          {
            _uuid: 'a',
            external_ids: {
              'system-id': 'me',
              'ovn-remote': 'unix:/x',
              'ovn-remote-me': 'ssl:[fd00::2]:6642',
            },
          },
        ],
      }),
      ...chassis('b', '', 'fd00::2'),
      database('a', 'OVN_Southbound'),
      database('b', 'OVN_Southbound'),
    )
    expect(await lab.central()).toBe('b')
  })

  it('is the one that knows a chassis of ours where none of our nodes is where they go', async () => {
    const known = { Chassis: [{ _uuid: 'c', name: 'a' }] }
    const left = { Chassis: [{ _uuid: 'c', name: 'somebody' }] }
    const answers = [...chassis('a', REMOTE, '10.0.0.1'), ...chassis('b', REMOTE, '10.0.0.3')]
    const lab = labOf(
      ['a', 'b'],
      ...answers,
      database('a', 'OVN_Southbound', left),
      database('b', 'OVN_Southbound', known),
    )
    expect(await lab.central()).toBe('b')
    const lost = labOf(['a', 'b'], ...answers, database('a', 'OVN_Southbound', left))
    await expect(lost.central()).rejects.toThrow('its chassis go to tcp:10.0.0.2:6642')
  })

  it('could not be looked at where it is on a node that does not answer, though another has such databases', async () => {
    const lab = labOf(
      ['a', 'dead'],
      ...chassis('a', REMOTE, '10.0.0.1'),
      database('a', 'OVN_Southbound'),
      database('a', 'OVN_Northbound'),
    )
    await expect(lab.southbound()).rejects.toThrow('the recording does not contain this: database')
    await expect(lab.northbound()).rejects.toThrow('the recording does not contain this')
  })

  it('may be two, each with one of the databases', async () => {
    const lab = labOf(
      ['a', 'b'],
      ...chassis('a', REMOTE),
      ...chassis('b', REMOTE, '10.0.0.2'),
      database('b', 'OVN_Southbound', { Chassis: [{ _uuid: 'c', name: 'c' }] }),
      database('a', 'OVN_Northbound', { Logical_Switch: [{ _uuid: 's', name: 's' }] }),
    )
    expect((await lab.southbound()).chassis).toHaveLength(1)
    expect((await lab.northbound()).switches).toHaveLength(1)
  })

  it('is none of them where none has the database, and is told so', async () => {
    const lab = labOf(['a'], ...chassis('a', 'tcp:192.0.2.7:6642', '10.0.0.1'))
    const thrown = await lab.central().catch((problem: unknown) => problem)
    expect(thrown).toBeInstanceOf(CannotLook)
    expect((thrown as CannotLook).reason.en).toBe(
      "no node of this lab runs OVN's southbound database; its chassis go to tcp:192.0.2.7:6642: name that machine in the inventory too",
    )
  })

  it('is the one it is known to be, and nothing is looked at for that', async () => {
    const looker = replay({ schema: 1, lab: 'test', takenAt: '', answers: [] })
    expect(await new Lab(looker, { central: 'controller' }).central()).toBe('controller')
  })
})
