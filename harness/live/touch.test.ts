import { expect, it } from 'vitest'
import type { Tables } from '../core/rows.ts'
import type { Looker, Request } from '../look/evidence.ts'
import { Lab } from '../look/lab.ts'
import { isTouched, portTables, type Touch } from './touch.ts'
import { type AskedFor, tracking } from './tracking.ts'

const south = { look: 'database', node: 'controller', database: 'OVN_Southbound' } as const
const traffic: Request = { look: 'traffic', pings: [], listen: [], markers: [] }
const kernel: Request = { look: 'kernel', node: 'hypervisor' }
const flows: Request = { look: 'flows', node: 'hypervisor', bridge: 'br-int' }
const of = (node: string, what: Touch['of'], ...tables: string[]): Touch => ({
  node,
  of: what,
  ...(tables.length > 0 && { tables: new Set(tables), portTables: new Set(tables) }),
})

it.each<[string, Request, Touch, boolean]>([
  ['links of its node', kernel, of('hypervisor', 'links'), true],
  ['links of another', kernel, of('controller', 'links'), false],
  ['a port that ovs-vswitchd makes', kernel, of('hypervisor', 'Open_vSwitch', 'Port'), true],
  ['a setting of Open vSwitch', kernel, of('hypervisor', 'Open_vSwitch', 'Open_vSwitch'), false],
  ['filters, which are no links', kernel, of('hypervisor', 'packets'), false],
  ['a program that ran there', kernel, of('hypervisor', 'anything'), true],
  ['flows: what OVN is told', flows, of('controller', 'OVN_Northbound', 'ACL'), true],
  ['flows: another node', flows, of('controller', 'packets'), false],
  ['packets: any node', traffic, of('controller', 'packets'), true],
])('evidence depends on %s', (_, request, touch, expected) => {
  expect(isTouched({ request }, touch)).toBe(expected)
})

it('a claim depends on the tables it read, and on no others of a database', async () => {
  const tables: Tables = { Chassis: [{ _uuid: 'c', name: 'x', hostname: 'h' }], Port_Binding: [], FDB: [] }
  const looker: Looker = {
    lab: 'test',
    nodes: ['controller'],
    epoch: 0,
    look: () => Promise.resolve(tables as never),
    changed: () => new Promise(() => undefined),
    close: () => Promise.resolve(),
  }
  const asked: AskedFor = new Map()
  const lab = new Lab(tracking(looker, asked), { nodes: {}, links: {}, central: 'controller' } as never)
  expect((await lab.southbound()).chassis).toHaveLength(1)
  const [only] = [...asked.values()]
  expect([...only!.tables!]).toEqual(['Chassis'])
  expect(isTouched(only!, of('controller', 'OVN_Southbound', 'Chassis'))).toBe(true)
  expect(isTouched(only!, of('controller', 'OVN_Southbound', 'Port_Binding'))).toBe(false)
  // The whole of it may be another one when it was lost.
  expect(isTouched(only!, of('controller', 'OVN_Southbound'))).toBe(true)
  expect(isTouched({ request: south }, of('controller', 'OVN_Southbound', 'Port_Binding'))).toBe(true)
})

it('a claim about links is left alone when ports are made, one about ports when ovs-vswitchd notes what became of a link', () => {
  const ports = of('hypervisor', 'Open_vSwitch', 'Interface')
  expect(isTouched({ request: kernel, tables: new Set(['links', 'netns']) }, ports)).toBe(false)
  expect(isTouched({ request: kernel, tables: new Set(['links', 'datapath']) }, ports)).toBe(true)
  const row = { _uuid: 'i', name: 'veth-ns1-br' }
  const changed = (...columns: string[]) => [{ table: 'Interface', before: row, after: row, columns }]
  expect(portTables(changed('link_state', 'admin_state')).size).toBe(0)
  expect(portTables(changed('ofport', 'link_state'))).toEqual(new Set(['Interface']))
  expect(portTables([{ table: 'Port', after: row, columns: [] }])).toEqual(new Set(['Port']))
})
