import { expect, it } from 'vitest'
import type { ArpFacts, Link, RouteAnswer } from '../../harness/look/evidence.ts'
import { type Edit, localportLab, ns2, onController, path } from '../testing/localport-lab.ts'
import { chain, field } from '../testing/nft.ts'
import { blind, unmet } from '../testing/outcome.ts'

const kept = (...edits: Edit[]) => path.keptFrom(onController, ns2)(localportLab(...edits))
const link = (name: string, more: Partial<Link>): Link => ({
  ...{ name, index: 77, mac: '02:00:00:00:00:77', isUp: true, hasCarrier: true, mtu: 1500, addresses: [] },
  ...more,
})

/** An edit: ns3 of controller has a further link. */
const has =
  (further: Link): Edit =>
  ({ kernel }) => {
    kernel.controller.netns.ns3!.push(further)
  }
/** An edit: what its kernel says of the way to ns2. */
const routes =
  (answer: Omit<RouteAnswer, 'to'>): Edit =>
  evidence => {
    evidence.told = request =>
      request.look === 'routes' && request.netns === 'ns3' ? [{ to: ns2.address, ...answer }] : undefined
  }
/** An edit: rules inside ns3, or at the node's links. */
const rules =
  (facts: Partial<ArpFacts>, netns?: string): Edit =>
  evidence => {
    evidence.told = request =>
      request.look === 'arp' && request.netns === netns
        ? { neighbours: [], chains: [], solicits: {}, ...facts }
        : undefined
  }
const leads = (leadsTo: string): NonNullable<ArpFacts['filters']> => [
  { device: 'veth-ns3-br', way: 'ingress', words: 'filter', leadsTo: [leadsTo] },
]
const forwards = (to: string) =>
  chain('netdev', 'egress', [[field('ip', 'daddr', ns2.address), { fwd: { dev: to } }]], { dev: 'eth0' })
const TUNNEL = link('vx0', { kind: 'vxlan' })

it.each<[string, Edit[], string]>([
  ['a route by a tunnel', [has(TUNNEL), routes({ device: 'vx0' })], 'controller · netns ns3 · routes'],
  [
    'a rule inside',
    [has(TUNNEL), rules({ chains: forwards('vx0') }, 'ns3')],
    'controller · netns ns3 · nftables',
  ],
  ['a filter at its plug', [rules({ filters: leads('eth2') })], 'controller · veth-ns3-br · tc'],
])('leaves the node by %s', async (_, edits, where) => {
  expect((await unmet(kept(...edits))).where).toBe(where)
})

it('leaves the node by a cable into a Linux bridge that has a tunnel', async () => {
  const bridged: Edit = ({ kernel: { controller } }) => {
    controller.netns.ns3!.push(link('sd1', { kind: 'veth', index: 80, peerIndex: 81 }))
    controller.links.push(
      link('sd0', { kind: 'veth', index: 81, peerIndex: 80, master: 'lb9' }),
      link('lb9', { kind: 'bridge', index: 82 }),
      link('vx0', { kind: 'vxlan', index: 83, master: 'lb9' }),
    )
  }
  const led = rules({ chains: forwards('sd1') }, 'ns3')
  expect((await unmet(kept(bridged, led))).where).toBe('controller · netns ns3 · nftables')
})

it('leaves the node by a cable into a bridge of Open vSwitch that has the physical link', async () => {
  const bridged: Edit = ({ kernel: { controller }, ovs }) => {
    controller.netns.ns3!.push(link('sd1', { kind: 'veth', index: 80, peerIndex: 81, peerNetnsId: 0 }))
    controller.links.push(link('sd0', { kind: 'veth', index: 81, peerIndex: 80, peerNetnsId: 3 }))
    const { Bridge, Port, Interface } = ovs.controller
    for (const name of ['sd0', 'eth2']) {
      Interface.push({ ...Interface[0]!, _uuid: `iface-${name}`, name, type: '' })
      Port.push({ ...Port[0]!, _uuid: `port-${name}`, name, interfaces: [`iface-${name}`] })
    }
    Bridge.push({ ...Bridge[0]!, _uuid: 'br9', name: 'br9', ports: ['port-sd0', 'port-eth2'] })
  }
  const led = rules({ chains: forwards('sd1') }, 'ns3')
  expect((await unmet(kept(bridged, led))).where).toBe('controller · netns ns3 · nftables')
})

it.each<[string, Edit[]]>([
  ['a route by its own link', [routes({ device: 'eth0' })]],
  ['no route', [routes({ error: 'Network is unreachable' })]],
  [
    'a rule for others',
    [
      has(TUNNEL),
      rules(
        {
          chains: chain('netdev', 'egress', [[field('ip', 'daddr', '10.0.1.99'), { fwd: { dev: 'vx0' } }]], {
            dev: 'eth0',
          }),
        },
        'ns3',
      ),
    ],
  ],
  [
    'a filter that leads to a link of its own',
    [has(link('beside', { kind: 'dummy' })), rules({ chains: forwards('beside') }, 'ns3')],
  ],
  ['a filter that leads to a plug of the node', [rules({ filters: leads('veth-ns1-br') })]],
])('stays on it with %s', async (_, edits) => {
  await expect(kept(...edits)).resolves.toBeUndefined()
})

it('is not known to stay where it goes another way inside the node, or under another address', async () => {
  const beside = has(link('beside', { kind: 'dummy' }))
  expect((await blind(kept(beside, routes({ device: 'beside' })))).reason.en).toContain(
    'ns3 sends what is for 10.0.1.20 by beside, not by eth0, so it is not known whether it leaves the node',
  )
  const renamed = chain('ip', 'output', [
    [field('ip', 'daddr', ns2.address), { dnat: { addr: '192.168.33.20' } }],
  ])
  expect((await blind(kept(rules({ chains: renamed }, 'ns3')))).where).toBe(
    'controller · netns ns3 · nftables',
  )
})
