import { expect, it } from 'vitest'
import type { LogicalTraceSeen, NetworkStack } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { Break } from '../heard/bracket.ts'
import type { End } from '../route/hop.ts'
import type { Route } from '../route/route.ts'
import { told } from '../testing/told.ts'
import { twoRouters } from '../testing/two-routers.ts'
import { keptByGate, rerouted } from './at-gate-machine.ts'

const from = { node: 'a', netns: 'w1', address: '10.1.1.10', prefixLength: 24, logicalPort: 'w1' } as End
const gate = { node: 'a', device: 'ovn0', address: '100.64.0.2', logicalPort: 'node-a' } as End
const route = { from, address: '203.0.113.10', gate } as Route
const broken = {
  packet: { kind: 'echo-request', source: from.address, destination: route.address, token: '' },
  before: 20,
} as Break

const kept = async (stack: Partial<NetworkStack>) => {
  const none = { rules: [], neighbours: [], sysctls: {}, chains: [], qdiscs: [], filters: [] }
  const lab = { stack: async () => ({ ...none, routes: [{}], ...stack }) } as unknown as Lab
  return told(await keptByGate(lab, route, gate, broken))
}
const CAME = 'OVN hands what is for 203.0.113.10 to node-a@a, and 20 packets came there; '

it('a machine to which OVN hands a packet passes nothing on, or does not know where to', async () => {
  const off = [{ to: route.address, error: 'RTNETLINK answers: No route to host' }]
  expect(await kept({ routes: off })).toBe(`a · sysctl: ${CAME}a passes nothing on (net.ipv4.ip_forward = 0)`)
  const unknown = [{ to: route.address, error: 'Network is unreachable' }]
  expect(await kept({ routes: unknown })).toBe(
    `a · routes: ${CAME}a has no way for it: Network is unreachable`,
  )
  expect(await kept({})).toBe(`a · ovn0 → 203.0.113.10: ${CAME}nothing came back from there`)
})

async function chosen(trace: LogicalTraceSeen) {
  const { northbound } = twoRouters()
  northbound.routers[0]!.policies = ['policy']
  const policy = {
    _uuid: 'policy',
    priority: 29000,
    match: 'ip4',
    action: 'reroute',
    nexthops: ['172.16.9.3'],
  }
  const lab = {
    northbound: async () => northbound,
    tables: async () => ({ Logical_Router_Policy: [policy] }),
    logicalTraces: async () => [trace],
  } as unknown as Lab
  return told(await rerouted(lab, { from, address: '203.0.113.10' } as Route))
}

it('a policy chooses a next hop that nobody in the subnet of the router’s port has', async () => {
  expect(await chosen({ outputs: [], asksFor: '172.16.9.3' })).toBe(
    'OVN_Northbound · Logical_Router_Policy · nexthops: Logical_Router_Policy 29000 "ip4" reroute via 172.16.9.3 of tenant chooses the next hop; 172.16.9.3 is in the subnet of tenant-hop, and no port of hop is for it',
  )
  expect(await chosen({ outputs: ['to-edge-hop'] })).toBeUndefined()
})
