import { expect, it } from 'vitest'
import type { LoadBalancer } from '../../harness/ovsdb/tables.ts'
import type { Break } from '../heard/bracket.ts'
import type { Outward } from '../route/outward.ts'
import type { Route } from '../route/route.ts'
import { type Edit, gatewayLab, ns1, OUTER } from '../testing/gateway-lab.ts'
import { notTranslated } from './untranslated.ts'

const BEYOND = '203.0.113.10'
const outward: Outward = {
  outer: { node: 'hypervisor', netns: 'lr0', address: OUTER, prefixLength: 24, isRouter: true },
  joints: [],
  mac: '',
  translated: OUTER,
}

const route = { from: { node: 'controller', netns: 'ns1' }, address: BEYOND } as unknown as Route

/** A request for the server beyond, as it should be, and as it was heard. */
const heard = (due: string, source: string, destination = BEYOND) =>
  ({
    place: { kind: 'bridge', node: 'hypervisor' },
    packet: { kind: 'echo-request', source: due, destination: BEYOND, token: '' },
    odd: { what: 'rewritten', frame: { source, destination } },
  }) as unknown as Break

const onlyFor =
  (column: string, value: unknown): Edit =>
  ({ northbound }) => {
    for (const row of northbound.NAT) if (row.type === 'snat') Object.assign(row, { [column]: value })
  }

it.each<[string, unknown]>([
  ['match', 'ip4.dst == 192.168.10.0/24'],
  ['allowed_ext_ips', ['8e4c6a10-0000-4000-8000-000000000001']],
  ['exempted_ext_ips', ['8e4c6a10-0000-4000-8000-000000000001']],
])('is kept out of the row of NAT by its column %s', async (column, value) => {
  const found = await notTranslated(
    gatewayLab(onlyFor(column, value)),
    route,
    heard(OUTER, ns1.address),
    outward,
  )
  expect(found.where).toBe(`OVN_Northbound · NAT · ${column}`)
})

it('is given to a backend by a load balancer with its address', async () => {
  const row: Partial<LoadBalancer> = { name: 'lbx', vips: { '203.0.113.10': '192.168.10.7:80,192.168.10.1' } }
  const balanced: Edit = ({ northbound }) => {
    Object.assign(northbound, { Load_Balancer: [row] })
  }
  const taken = heard(ns1.address, ns1.address, '192.168.10.1')
  const found = await notTranslated(gatewayLab(balanced), route, taken, outward)
  expect(found.where).toBe('OVN_Northbound · Load_Balancer · vips')
  // One for another address is none of it.
  row.vips = { '203.0.113.99': '192.168.10.1' }
  expect((await notTranslated(gatewayLab(balanced), route, taken, outward)).where).toBe('hypervisor · br-int')
})

it('is a matter of the bridge where no row says why', async () => {
  const found = await notTranslated(gatewayLab(), route, heard(OUTER, ns1.address), outward)
  expect(found.where).toBe('hypervisor · br-int')
})

it('is answered by the router where it is larger than that takes', async () => {
  const narrow: Edit = ({ northbound }) => {
    for (const port of northbound.Logical_Router_Port) port.options = { gateway_mtu: '1200' }
  }
  const whole = { ...route, outward } as Route
  const large = heard(OUTER, ns1.address)
  large.packet.bytes = 1472
  const found = await notTranslated(gatewayLab(narrow), whole, large, outward)
  expect(found.where).toBe('OVN_Northbound · Logical_Router_Port · options:gateway_mtu')
  large.packet.bytes = 1172
  expect((await notTranslated(gatewayLab(narrow), whole, large, outward)).where).toBe('hypervisor · br-int')
})

it('is a piece of a larger one, which its sender has cut as a route of its own says', async () => {
  const { node, netns, address } = ns1
  const from = { node, netns, address, device: 'eth0', prefixLength: 24 }
  const found = async (bytes: number) => {
    const lab = gatewayLab()
    lab.routes = () => Promise.resolve([{ to: BEYOND, device: 'eth0', mtu: { bytes } }])
    const large = heard(OUTER, address)
    Object.assign(large.packet, { bytes: 1472, mayBeCut: true })
    return notTranslated(lab, { ...route, from } as unknown as Route, large, outward)
  }
  expect((await found(600)).where).toBe('controller · netns ns1 · routes')
  expect((await found(1500)).where).toBe('hypervisor · br-int')
})
