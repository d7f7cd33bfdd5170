import { expect, it } from 'vitest'
import type { Break } from '../heard/bracket.ts'
import type { Outward } from '../route/outward.ts'
import type { Post, Route } from '../route/route.ts'
import { type Edit, gatewayLab, ns1, OUTER } from '../testing/gateway-lab.ts'
import { outState, silentOutside } from './out-state.ts'

const HOP = '192.168.10.99'
const exit: Post = { id: 'out', kind: 'exit', node: 'hypervisor', links: ['eth2'], underlay: [] }
const route = { from: ns1, address: '203.0.113.10', posts: [exit] } as unknown as Route
const outward = {
  outer: { node: 'hypervisor', address: OUTER },
  joints: [{ router: { name: 'lr0', policies: ['p1'] } }],
} as unknown as Outward
const solvedOutward = {
  outer: { node: 'hypervisor', netns: 'lr0', address: OUTER, prefixLength: 24, isRouter: true },
  ...{ joints: [], nextHop: '192.168.10.1' },
} as unknown as Outward
const asking = {
  ...{ place: { kind: 'outside', post: exit }, before: 3, behind: 0 },
  packet: { kind: 'arp-request', source: OUTER, destination: HOP, token: '' },
} as Break
const policy =
  (_uuid: string, nexthop: string): Edit =>
  ({ northbound }) => {
    const row = { _uuid, priority: 100, match: 'ip4', action: 'reroute', nexthops: [nexthop] }
    Object.assign(northbound, { Logical_Router_Policy: [row] })
  }
const found = (...edits: Edit[]) => silentOutside(gatewayLab(...edits), route, asking, outward)

it('names the policy that chose a next hop which nobody is', async () => {
  const told = await found(policy('p1', HOP))
  expect(told?.where).toBe('OVN_Northbound · Logical_Router_Policy · nexthops')
  expect(told?.saw.en).toMatch(
    /and no machine answers; Logical_Router_Policy 100 "ip4" reroute via 192\.168\.10\.99 chooses this/,
  )
})

it.each<[string, Edit[]]>([
  ['no policy does', []],
  ['it is of another router', [policy('p2', HOP)]],
  ['it names another next hop', [policy('p1', '192.168.10.1')]],
])('names only the place where %s', async (_, edits) => {
  expect((await found(...edits))?.where).toBe(`hypervisor · eth2 → ${HOP}`)
})

it('names the MAC address of the outer port where a machine outside has it as well', async () => {
  const { routerPorts } = await gatewayLab().northbound()
  const { mac } = routerPorts.find(({ name }) => name === 'lr0-ls1')!
  const learnt =
    (of: string): Edit =>
    ({ southbound }) =>
      void Object.assign(southbound, {
        MAC_Binding: [{ _uuid: 'm', logical_port: 'lr0-ls1', ip: '192.168.10.1', mac: of }],
      })
  const told = (of: string) => outState(gatewayLab(learnt(of)), route, solvedOutward)
  expect((await told(mac))?.where).toBe('OVN_Northbound · Logical_Router_Port · mac')
  expect(await told('02:00:c0:a8:0a:01')).toBeUndefined()
})
