import { describe, expect, it } from 'vitest'
import { CannotLook } from '../core/errors.ts'
import type { DatabaseName, Tables } from './evidence.ts'
import { Lab } from './lab.ts'
import { replay } from './recording.ts'

const labWith = (node: string, database: DatabaseName, evidence: Tables) =>
  new Lab(
    replay({
      schema: 1,
      lab: 'test',
      takenAt: '',
      answers: [{ request: { look: 'database', node, database }, evidence }],
    }),
    { central: 'controller' },
  )

const row = (name: string) => ({ _uuid: `uuid-${name}`, name })

describe('the nouns of a lab', () => {
  it('ask the central databases on controller', async () => {
    const northbound = labWith('controller', 'OVN_Northbound', {
      Logical_Switch: [row('ls0')],
      // In whatever order the server has them.
      Logical_Switch_Port: [row('p2'), row('p1')],
    })
    expect(await northbound.northbound()).toMatchObject({
      switches: [row('ls0')],
      ports: [row('p1'), row('p2')],
    })
    const southbound = labWith('controller', 'OVN_Southbound', { Chassis: [row('c')] })
    expect(await southbound.southbound()).toMatchObject({ bindings: [], chassis: [row('c')] })
  })

  it('ask each node for its own Open vSwitch', async () => {
    const lab = labWith('hypervisor', 'Open_vSwitch', {
      Open_vSwitch: [{ _uuid: 'root', external_ids: { 'system-id': 'me' } }],
      Bridge: [row('br-int')],
    })
    expect(await lab.ovs('hypervisor')).toEqual({
      openVSwitch: { _uuid: 'root', external_ids: { 'system-id': 'me' } },
      bridges: [row('br-int')],
      ports: [],
      interfaces: [],
      mirrors: [],
      flowTables: [],
    })
    await expect(lab.ovs('controller')).rejects.toBeInstanceOf(CannotLook)
  })

  it('see no settings in a database that was never initialised', async () => {
    const { openVSwitch, bridges } = await labWith('hypervisor', 'Open_vSwitch', {}).ovs('hypervisor')
    expect(openVSwitch.external_ids).toEqual({})
    expect(bridges).toEqual([])
  })
})
