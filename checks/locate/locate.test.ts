import { describe, expect, it } from 'vitest'
import type { HeardPacket } from '../../harness/look/evidence.ts'
import type { Break, Place } from '../heard/bracket.ts'
import { byHand, withStack } from '../testing/diagnostics.ts'
import { across, OUTSIDE } from '../testing/heard.ts'
import { chain, field } from '../testing/nft.ts'
import { atLinks, ns2Does } from '../testing/ns2-edits.ts'
import { type Edit, named, ns1, ns2, solvedLab, unplug } from '../testing/solved-lab.ts'
import { told } from '../testing/told.ts'
import { lost, lostOutward, recordedRoute, traceOf } from '../testing/traces.ts'
import { locate } from './locate.ts'

const [plug, leaves, arrives, last] = across.posts as [Post, Post, Post, Post]
type Post = (typeof across.posts)[number]
const outwardRoute = { ...recordedRoute, to: undefined, address: OUTSIDE, posts: [plug, leaves] }
const at = (place: Place, more: Partial<Break> = {}): Break => ({ ...lost, place, ...more })
const located = async (broken: Break, ...edits: Edit[]) =>
  told(
    await locate(solvedLab(...edits), broken.place.kind === 'outside' ? outwardRoute : recordedRoute, broken),
  )

const OTHER = '02:00:00:00:00:99'
const frame = (more: Partial<HeardPacket>): HeardPacket => ({
  ...{ icmp: 'echo-request', token: '', source: ns2.address, destination: ns1.address },
  ...{ count: 20, firstMs: 0, sourceMac: recordedRoute.from.mac, destinationMac: recordedRoute.to!.mac },
  ...more,
})
const wire = (from: Post, to: Post): Place => ({ kind: 'wire', from, to })
const sends: Place = { kind: 'stack', end: recordedRoute.from, does: 'send' }
const answers: Place = { kind: 'stack', end: recordedRoute.to!, does: 'answer' }
const outside: Break = { ...lostOutward, place: { kind: 'outside', post: leaves } }
const neighbours = (mac: string, address: string) => ({
  neighbours: [{ address, device: 'eth0', mac, states: ['PERMANENT'] }],
})
const localnet =
  (tag: number[]): Edit =>
  ({ northbound }) =>
    void Object.assign(named(northbound.Logical_Switch_Port, 'ls0-localnet'), { tag })
const isDown: Edit = ({ kernel }) => {
  named(kernel.controller.links, 'eth2').isUp = false
}

/** eth2 of hypervisor is no link to a network, but one end of a pair whose other end is in ns9. */
const leadsToNs9 =
  (mac: string): Edit =>
  ({ kernel: { hypervisor } }) => {
    const eth2 = named(hypervisor.links, 'eth2')
    hypervisor.netns.ns9 = [{ ...eth2, name: 'eth0', mac, index: eth2.peerIndex!, peerIndex: eth2.index }]
  }

/** The way out of ns2 where nothing leads to the physical network: what OVN sends on goes into the tunnel. */
const underlay = { ...leaves, links: ['eth1'], underlay: [], isTunnel: true as const }
const withoutWayOut = (place: Place, ...edits: Edit[]) =>
  locate(
    solvedLab(({ ovs }) => unplug(ovs.hypervisor, 'eth2'), ...edits),
    { ...outwardRoute, posts: [plug, underlay] },
    { ...lostOutward, place },
  ).then(told)
const unmapped: Edit = ({ ovs }) => {
  delete ovs.hypervisor.Open_vSwitch[0].external_ids['ovn-bridge-mappings']
}
const onARouter: Edit = ({ northbound }) => {
  named(northbound.Logical_Switch_Port, 'ls0-ns1').type = 'router'
}

describe('what broke a path out of a node that no link leads out of', () => {
  const outside: Place = { kind: 'outside', post: underlay }
  const bridge: Place = { kind: 'bridge', node: 'hypervisor', enters: plug, leaves: underlay }
  const isUnmapped =
    'hypervisor · Open_vSwitch · Open_vSwitch · external_ids:ovn-bridge-mappings: ovn-bridge-mappings = (none), but ls0-localnet needs network "flat0"'
  it.each<[string, Place, ...Edit[]]>([
    [isUnmapped, outside, unmapped],
    [isUnmapped, bridge, unmapped],
    [
      'hypervisor · Open_vSwitch · Bridge · ports: br-eth2, to which network "flat0" is mapped, has no physical interface',
      outside,
    ],
    [
      'hypervisor · eth1 → 192.168.10.1: 20 packets for 192.168.10.1 left hypervisor through eth1, and nothing came back: no machine there answers',
      outside,
      unmapped,
      onARouter,
    ],
  ])('%s', async (expected, place, ...edits) => {
    expect(await withoutWayOut(place, ...edits)).toContain(expected)
  })
})

describe('what broke a path at the place where it is lost', () => {
  it.each<[string, Break, ...Edit[]]>([
    [
      'hypervisor · eth2 → controller · eth2: 20 echo-request packets left hypervisor through eth2, and 0 arrived on eth2 of controller: the problem is in the network between them',
      at(wire(leaves, arrives)),
    ],
    [
      'hypervisor · netns ns9: 20 echo-request packets left hypervisor through eth2, which leads to eth0 in ns9, not to the physical network',
      at(wire(leaves, arrives)),
      leadsToNs9('02:00:00:00:00:99'),
    ],
    ['controller · eth2: eth2 is down', at(wire(leaves, arrives)), isDown],
    [
      'hypervisor · eth2 → controller · veth-ns1-br: of 20 echo-request packets, 0 were captured after the places where no capture was possible',
      at(wire(leaves, last), { isWide: true }),
    ],
    // Of what nobody could listen to, a link by which nothing passes is the place.
    ['controller · eth2: eth2 is down', at(wire(plug, last), { isWide: true }), isDown],
    [
      'hypervisor · eth2: there is no interface eth2',
      { ...lostOutward, place: { kind: 'outside', post: plug }, isWide: true },
      ({ kernel }) => {
        kernel.hypervisor.links = kernel.hypervisor.links.filter(({ name }) => name !== 'eth2')
      },
    ],
    [
      'hypervisor · veth-ns2-br → eth2 → 192.168.10.1: of 20 echo-request packets, 0 were captured after the places where no capture was possible',
      { ...lostOutward, place: { kind: 'outside', post: plug }, isWide: true },
    ],
    [
      'hypervisor · eth2 → 192.168.10.1: 20 packets for 192.168.10.1 left hypervisor through eth2, and nothing came back: no machine there answers',
      outside,
    ],
    [
      `hypervisor · netns ns2 · neighbours: the neighbour entry of 192.168.10.1 was set by hand to ${OTHER}, and no machine answers there`,
      { ...outside, frame: frame({ destinationMac: OTHER }) },
      withStack('hypervisor', 'ns2', [ns2.address, OUTSIDE], neighbours(OTHER, OUTSIDE)),
    ],
    [
      `controller · netns ns1: ns1 eth0 on controller (${recordedRoute.to!.mac}) answers for 192.168.10.1, although the address is not its own`,
      { ...outside, frame: frame({}) },
    ],
    ['hypervisor · netns ns2: no echo-request for 192.168.10.100 left ns2', at(sends)],
    [
      'hypervisor · netns ns2 · routes: ns2 has no route to 192.168.10.100: unreachable',
      at(sends),
      ns2Does({ routes: [{ to: ns1.address, error: 'unreachable' }] }),
    ],
    [
      'controller · netns ns1 · routes: ns1 has no route to 192.168.10.200: unreachable',
      at(answers, {
        packet: { ...lost.packet, kind: 'echo-reply', source: ns1.address, destination: ns2.address },
      }),
      withStack('controller', 'ns1', [ns1.address, ns2.address], {
        routes: [{ to: ns2.address, error: 'unreachable' }],
      }),
    ],
    [
      'hypervisor · veth-ns2-br → eth2: of 20 echo-request packets captured on veth-ns2-br, 0 left through eth2',
      lost,
    ],
  ])('%s', async (words, broken, ...edits) => {
    expect(await located(broken, ...edits)).toBe(words)
  })

  it('of what left under another MAC than it was sent to', async () => {
    const [sentTo, leftFor] = ['02:00:00:00:00:01', OTHER]
    const learnt = atLinks('ns2', {
      neighbours: [{ address: OUTSIDE, device: 'eth0', mac: sentTo, states: ['REACHABLE'] }],
    })
    const flow = `in_port=2,dl_src=${recordedRoute.from.mac},dl_dst=${sentTo},icmp,nw_src=${ns2.address},nw_dst=${OUTSIDE},nw_ttl=64,icmp_type=8,icmp_code=0`
    const through = traceOf('through')
    through.steps.push(byHand('br-eth2', 'icmp, priority 20', `mod_dl_dst:${leftFor}`, 'NORMAL'))
    const traced: Edit = ({ traces }) =>
      void traces.unshift({ node: 'hypervisor', packet: { bridge: 'br-int', flow }, seen: through })
    const left = (destinationMac: string) => ({ ...outside, frame: frame({ destinationMac }) })
    expect(await located(left(leftFor), learnt, traced)).toBe(
      `hypervisor · br-eth2 · OpenFlow: the packet matches a flow on br-eth2 that OVN did not create: table 0: icmp, priority 20 actions=mod_dl_dst:${leftFor},NORMAL`,
    )
    expect(await located(left(sentTo), learnt, traced)).toMatch(/no machine there answers$/)
  })

  it.each<[string, string, string | undefined]>([
    ['from a foreign address', '10.9.9.9', 'hypervisor · netns ns2 · routes'],
    ['from another address of the same network', '192.168.10.201', undefined],
  ])('of what was sent %s and came to its goal', async (_what, address, where) => {
    const from = { ...recordedRoute.from, address, toldAddress: ns2.address }
    for (const [route, place] of [
      [{ ...outwardRoute, from }, outside.place],
      [{ ...recordedRoute, from }, answers],
    ] as const) {
      const found = await locate(solvedLab(), route, at(place))
      expect(found.where === 'hypervisor · netns ns2 · routes').toBe(where !== undefined)
      if (where) expect(told(found)).toContain(`from ${address}, not from ${ns2.address}`)
    }
  })

  it.each<[string, string, string]>([
    ['a flow that cuts it', 'truncated', 'hypervisor · br-eth2 · OpenFlow'],
    [
      'nothing but the network, where each flow passes it on',
      'through',
      'hypervisor · eth2 → controller · eth2',
    ],
  ])('names what a packet that left met in the bridges it came through: %s', async (_, traced, where) => {
    const { mac } = recordedRoute.from
    const flow = `in_port=2,dl_src=${mac},dl_dst=${recordedRoute.to!.mac},icmp,nw_src=${ns2.address},nw_dst=${ns1.address},nw_ttl=64,icmp_type=8,icmp_code=0`
    const lab = solvedLab(({ traces }) => {
      traces.unshift({ node: 'hypervisor', packet: { bridge: 'br-int', flow }, seen: traceOf(traced) })
    })
    expect((await locate(lab, recordedRoute, at(wire(leaves, arrives)))).where).toBe(where)
  })

  const odd = (place: Place, what: NonNullable<Break['odd']>['what'], more: Partial<HeardPacket> = {}) =>
    at(place, { odd: { what, frame: frame(more) } })

  it.each<[string, Break, ...Edit[]]>([
    [
      'hypervisor · netns ns2 · nftables: a rule in the namespace changes addresses: ip t c: oifname eth0 masquerade',
      odd(sends, 'rewritten', { source: '10.0.0.1' }),
      ns2Does({
        chains: chain('ip', 'postrouting', [
          [{ match: { op: '==', left: { meta: { key: 'oifname' } }, right: 'eth0' } }, { masquerade: null }],
        ]),
      }),
    ],
    [
      'OVN_Northbound · Logical_Switch_Port · tag: ls0-localnet has tag = 100, so frames leave as VLAN 100, but the machines on the physical network use no tag',
      odd(lost.place, 'vlan', { vlan: 100 }),
      localnet([100]),
    ],
    [
      `hypervisor · netns ns2 · neighbours: the neighbour entry of 192.168.10.100 was set by hand to ${OTHER}, but its MAC is ${recordedRoute.to!.mac}`,
      odd(sends, 'destination-mac', { destinationMac: OTHER }),
      ns2Does(neighbours(OTHER, ns1.address)),
    ],
    [
      `physical network · ${OTHER}: ${OTHER}, which no machine of the lab has, answers for 192.168.10.100`,
      odd(sends, 'destination-mac', { destinationMac: OTHER }),
    ],
    [
      `physical network · ${OTHER}: ${OTHER}, which no machine of the lab has, answers for 192.168.10.200`,
      odd(wire(leaves, arrives), 'source-mac', { sourceMac: OTHER }),
    ],
    // What no rule explains is told as lost where it was.
    [
      'hypervisor · netns ns2: no echo-request for 192.168.10.100 left ns2',
      odd(sends, 'rewritten'),
      ns2Does({ chains: chain('ip', 'input', [[field('ip', 'protocol', 'icmp')]]) }),
    ],
    [
      'hypervisor · veth-ns2-br → eth2: of 20 echo-request packets captured on veth-ns2-br, 0 left through eth2',
      odd(lost.place, 'vlan'),
    ],
    [
      'hypervisor · veth-ns2-br → eth2: of 20 echo-request packets captured on veth-ns2-br, 0 left through eth2',
      odd(lost.place, 'tunnel'),
    ],
  ])('of what went on as another packet: %s', async (words, broken, ...edits) => {
    expect(await located(broken, ...edits)).toBe(words)
  })
})
