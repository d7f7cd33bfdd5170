import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkout } from '../core/checkout.ts'
import { loadRecording, type Recording } from '../look/recording.ts'
import { sameMachines } from './copies.ts'
import { bundleFacts, dictatedFacts, isDrawn, type MachineFacts, machineFacts } from './facts.ts'

const recorded = async (name: string) =>
  machineFacts(await loadRecording(join(checkout, 'lessons', name.replace('/', '/recordings/'))))
const mapping = await recorded('day-06/mapping.json')
const switched = await recorded('day-06/switch.json')
const untouched = await recorded('day-06/untouched.json')
const other = await recorded('day-04/solved.json')

const facts = (...rowUuids: string[]): MachineFacts => ({
  rowUuids,
  ...{ macs: [], databaseIds: [], times: [], handedIn: [], kernels: [] },
})
const idsIn = (same: ReturnType<typeof sameMachines>) =>
  Object.fromEntries([...same].map(([id, others]) => [id, others.map(one => one.id)]))

describe('what machines drew', () => {
  it('is found in recordings of one lab alike, and in none of another', () => {
    expect(mapping.rowUuids).toContain('Logical_Switch 5e6ebaa4-beb8-42d2-896d-d2865723ed32')
    expect(mapping.macs).toContain('MAC e6:b3:b5:ab:3d:d9')
    const same = sameMachines([
      { id: 'a', facts: mapping },
      { id: 'b', facts: switched },
      { id: 'c', facts: other },
    ])
    expect(idsIn(same)).toEqual({ a: ['b'], b: ['a'] })
    expect(same.get('a')?.[0]?.facts).toContain('MAC e6:b3:b5:ab:3d:d9')
  })

  it('leaves out the addresses that the lab gives each machine', () => {
    expect([...mapping.macs, ...other.macs].filter(mac => mac.startsWith('MAC 02:00:'))).toEqual([])
    expect(mapping.macs.length).toBeGreaterThan(8)
  })

  it('leaves out what the box holds', () => {
    const given = new Set([...untouched.rowUuids, ...untouched.macs, ...untouched.databaseIds])
    expect(
      sameMachines(
        [
          { id: 'a', facts: untouched },
          { id: 'b', facts: mapping },
        ],
        given,
      ),
    ).toEqual(new Map())
    const same = sameMachines(
      [
        { id: 'a', facts: switched },
        { id: 'b', facts: mapping },
      ],
      given,
    )
    expect(same.get('a')?.[0]?.facts).toContain('Logical_Switch 5e6ebaa4-beb8-42d2-896d-d2865723ed32')
  })

  it.each([
    '02:00:00:00:10:64',
    'aa:bb:cc:dd:ee:ff',
    '12:34:56:78:9a:bc',
    'de:ad:be:ef:12:34',
    '52:54:00:12:34:56',
    '0a:00:27:00:00:01',
    '08:00:27:ab:3d:d9',
    'ff:ff:ff:ff:ff:ff',
    'e7:b3:b5:ab:3d:d9',
    'none',
  ])('is not the address %s', mac => expect(isDrawn(mac)).toBe(false))

  it('is nothing in what is forged without form', () => {
    const answers = [
      {
        request: { look: 'database', node: 'a', database: 'Open_vSwitch' },
        evidence: { Bridge: [null, 7, {}, { name: { toString: 'x' }, _uuid: 1 }] },
      },
      { request: { look: 'database', node: 'a', database: '__proto__' }, evidence: 'x' },
      { request: { look: 'database', node: 'a', database: 'OVN_Northbound' }, evidence: { ACL: 'x' } },
      {
        request: { look: 'kernel', node: 'a' },
        evidence: { links: 5, netns: [null, [{ mac: { toString: 'x' } }], 'x'] },
      },
      { request: { look: 'kernel', node: 'b' }, evidence: 'x' },
    ]
    const forged = { schema: 1, lab: 'x', takenAt: '', answers } as unknown as Recording
    expect(machineFacts(forged)).toEqual(facts())
    const machine = (boot: unknown, netns: unknown) =>
      machineFacts({
        answers: [{ request: { look: 'programs', node: 'a' }, evidence: { boot, netns } }],
      } as unknown as Recording).kernels
    const boot = '5e6ebaa4-beb8-42d2-896d-d2865723ed32'
    expect(machine(boot, 'net:[4026531840]')).toEqual([`boot ${boot} net:[4026531840]`])
    for (const [id, netns] of [
      [boot, '<b>'],
      ['x', 'net:[1]'],
      [7, null],
    ])
      expect(machine(id, netns)).toEqual([])
  })
})

describe('the same machine', () => {
  it('is not seen in what the texts of a lesson show', () => {
    const readme = readFileSync(join(checkout, 'lessons/day-06/README.md'), 'utf8')
    const shown = [...dictatedFacts([readme])]
    expect(shown).toContain('da:87:19:64:4d:1b')
    const copied = { ...facts(), rowUuids: shown.map(word => `Port ${word}`) }
    const class_ = ['a', 'b'].map(id => ({ id, facts: copied }))
    expect(sameMachines(class_)).not.toEqual(new Map())
    expect(sameMachines(class_, dictatedFacts([readme]))).toEqual(new Map())
  })

  it('is not seen in what nearly everybody has', () => {
    const all = ['a', 'b', 'c', 'd'].map(id => ({ id, facts: facts('box', id) }))
    expect(sameMachines(all)).toEqual(new Map())
    // Three of three may be one machine handed around.
    expect(idsIn(sameMachines(all.slice(1)))).toEqual({ b: ['c', 'd'], c: ['b', 'd'], d: ['b', 'c'] })
  })

  it('is seen in what nearly everybody has where it is one running kernel', () => {
    const running = (id: string, kernel: string) => ({
      id,
      facts: { ...facts('row', `own ${id}`), kernels: [`${kernel} controller`, `${kernel} hypervisor`] },
    })
    const all = ['a', 'b', 'c', 'd'].map(id => running(id, 'one'))
    expect(idsIn(sameMachines([...all, running('e', 'another')]))).toEqual({
      ...{ a: ['b', 'c', 'd'], b: ['a', 'c', 'd'] },
      ...{ c: ['a', 'b', 'd'], d: ['a', 'b', 'c'] },
    })
    // Its number may be given again, to a container of somebody else.
    const alone = all.map(({ id, facts: { kernels } }) => ({ id, facts: { ...facts(id), kernels } }))
    expect(sameMachines(alone)).toEqual(new Map())
  })

  it('is not seen in MAC addresses alone, which a machine-id and the name of a link may dictate', () => {
    const two = ['a', 'b'].map(id => ({ id, facts: { ...facts(id), macs: ['MAC e6:b3:b5:ab:3d:d9'] } }))
    expect(sameMachines(two)).toEqual(new Map())
    const rows = two.map(({ id, facts: own }) => ({ id, facts: { ...own, rowUuids: ['Bridge x'] } }))
    expect(sameMachines(rows).get('a')?.[0]?.facts).toEqual(['Bridge x', 'MAC e6:b3:b5:ab:3d:d9'])
  })

  it('of a whole class tells each a few others', () => {
    const one = { ...facts('row'), kernels: ['boot'] }
    const all = Array.from({ length: 500 }, (_, at) => ({ id: `s${at}`, facts: one }))
    expect(sameMachines(all).get('s400')).toHaveLength(30)
  })

  it('is not seen in what a machine has before any work, unless it is known what the box holds', () => {
    const ids = (...databaseIds: string[]): MachineFacts => ({ ...facts(), databaseIds })
    const two = ['a', 'b'].map(id => ({ id, facts: ids('box', 'clone') }))
    expect(sameMachines(two)).toEqual(new Map())
    expect(sameMachines(two, new Set(['box'])).get('a')).toEqual([{ id: 'b', facts: ['clone'] }])
  })

  it('is found among a thousand: two pairs and a group', () => {
    const drawn = (at: number) => (at < 2 ? 'pair' : at > 995 ? 'group' : `own${at}`)
    const thousand = Array.from({ length: 1000 }, (_, at) => ({
      id: `s${at}`,
      facts: facts('box', ...Array.from({ length: 200 }, (__, row) => `${drawn(at)} ${row}`)),
    }))
    const same = sameMachines(thousand)
    expect([...same.keys()]).toEqual(['s0', 's1', 's996', 's997', 's998', 's999'])
    expect(same.get('s997')?.map(({ id }) => id)).toEqual(['s996', 's998', 's999'])
    expect(same.get('s0')?.[0]?.facts).toHaveLength(200)
  })
})

describe('transaction times', () => {
  const at = (ms: unknown) =>
    machineFacts({
      schema: 1,
      lab: 'x',
      takenAt: '',
      answers: [
        {
          request: { look: 'database', node: 'c', database: 'OVN_Southbound' },
          evidence: { Chassis_Private: [{ _uuid: '', nb_cfg_timestamp: ms }] },
        },
      ],
    } as unknown as Recording)

  it('are told beside other facts, and say nothing alone', () => {
    const time = at(1_764_137_000_123)
    expect(time.times).toEqual(['nb_cfg_timestamp 2025-11-26T06:03:20.123Z'])
    const both = (one: MachineFacts) => [
      { id: 'a', facts: one },
      { id: 'b', facts: one },
    ]
    expect(sameMachines(both(time))).toEqual(new Map())
    const row = { ...time, rowUuids: ['Bridge x'] }
    expect(sameMachines(both(row)).get('a')).toEqual([{ id: 'b', facts: ['Bridge x', ...time.times] }])
  })

  it.each([0, -1, 1e300, Number.NaN, 'x', { toString: 7 }])('that are none (%j) are none', ms => {
    expect(at(ms).times).toEqual([])
  })
})

describe('commands that were handed in', () => {
  const bundle = (ran: number) =>
    bundleFacts({
      reached: 'submission on qemu',
      submission: { form: 'scripts', digest: 'd', ran: Array.from({ length: ran }, () => ({}) as never) },
      recording: { schema: 1, lab: 'x', takenAt: '', answers: [] },
    } as unknown as Parameters<typeof bundleFacts>[0])

  it('are a fact of their own; the machines they ran on are ours, and a template is everybody’s', () => {
    expect(bundle(2)).toEqual({ ...facts(), handedIn: ['submission d'] })
    expect(bundle(0)).toEqual(facts())
  })
})
