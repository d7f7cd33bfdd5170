import { describe, expect, it } from 'vitest'
import type { HeardPacket, Traffic } from '../../harness/look/evidence.ts'
import type { Route } from '../route/route.ts'
import {
  across,
  type Counts,
  captureOf,
  heardOn,
  NS1,
  NS2,
  OUTSIDE,
  outward,
  ping,
  TOKEN,
} from '../testing/heard.ts'
import { type Break, bracket, stationsOf } from './bracket.ts'

/** The place of a break, and the packet that was lost there, in few words. */
function inWords({ place, packet, before, behind, isWide }: Break): string {
  const where = {
    stack: () => place.kind === 'stack' && `${place.end.netns ?? place.end.address} ${place.does}`,
    bridge: () => place.kind === 'bridge' && `${place.node}: ${place.enters.links} > ${place.leaves.links}`,
    wire: () =>
      place.kind === 'wire' && `${place.from.node} ${place.from.links} > ${place.to.node} ${place.to.links}`,
    outside: () => place.kind === 'outside' && `behind ${place.post.node} ${place.post.links}`,
  }[place.kind]()
  return `${where}, ${packet.kind} ${before} > ${behind}${isWide ? ', wide' : ''}`
}

const brokenOf = (route: Route, counts: Counts, received = 0) =>
  bracket(route, heardOn(route, counts), ping(20, received))
const told = (route: Route, counts: Counts, received = 0) => {
  const broken = brokenOf(route, counts, received)
  return broken && inWords(broken)
}

const ALL = [20, 20, 20, 20]

describe('where a ping was lost', () => {
  it.each<[string, Counts, number?]>([
    ['ns2 send, echo-request 20 > 0', {}],
    ['hypervisor: veth-ns2-br > eth2, echo-request 20 > 0', { request: [20] }],
    ['hypervisor eth2 > controller eth2, echo-request 20 > 0', { request: [20, 20] }],
    ['controller: eth2 > veth-ns1-br, echo-request 20 > 0', { request: [20, 20, 20] }],
    ['ns1 answer, echo-reply 20 > 0', { request: ALL }],
    ['controller: veth-ns1-br > eth2, echo-reply 20 > 0', { request: ALL, reply: [20] }],
    ['controller eth2 > hypervisor eth2, echo-reply 20 > 0', { request: ALL, reply: [20, 20] }],
    ['hypervisor: eth2 > veth-ns2-br, echo-reply 20 > 0', { request: ALL, reply: [20, 20, 20] }],
    ['ns2 take, echo-reply 20 > 0', { request: ALL, reply: ALL }],
  ])('%s', (place, counts) => {
    expect(told(across, counts)).toBe(place)
  })

  it.each<[string, Counts]>([
    ['hypervisor: veth-ns2-br > eth2, echo-request 20 > 0', { request: [20] }],
    ['behind hypervisor eth2, echo-request 20 > 0', { request: [20, 20] }],
    ['hypervisor: eth2 > veth-ns2-br, echo-reply 20 > 0', { request: [20, 20], reply: [20] }],
  ])('outward: %s', (place, counts) => {
    expect(told(outward, counts)).toBe(place)
  })

  it('is nowhere where all came back, or all but one', () => {
    expect(told(across, { request: ALL, reply: ALL }, 20)).toBeUndefined()
    expect(told(across, { request: ALL, reply: [20, 20, 19, 19] }, 19)).toBeUndefined()
  })

  it('is where most were lost, of several places', () => {
    const counts = { request: [20, 20, 15, 15], reply: [15, 5, 5, 2] }
    expect(told(across, counts, 2)).toBe('controller: veth-ns1-br > eth2, echo-reply 15 > 5')
  })

  it('is in the namespace where ping could not even send', () => {
    expect(inWords(bracket(across, heardOn(across, {}), ping(0, 0))!)).toBe('ns2 send, echo-request 2 > 0')
  })

  it.each<[string, Counts]>([
    ['ns2 send, echo-request 20 > 0, wide', { blind: [0] }],
    ['hypervisor veth-ns2-br > controller eth2, echo-request 20 > 0, wide', { request: [20], blind: [1] }],
    [
      'hypervisor veth-ns2-br > controller veth-ns1-br, echo-request 20 > 0, wide',
      { request: [20], blind: [1, 2] },
    ],
    ['ns1 answer, echo-reply 20 > 0, wide', { request: [20, 20, 20], blind: [3] }],
    ['hypervisor: veth-ns2-br > eth2, echo-request 20 > 0', { request: [20], blind: [2, 3] }],
    ['ns2 send, echo-reply 20 > 0, wide', { blind: [0, 1, 2, 3] }],
    ['hypervisor veth-ns2-br > controller eth2, arp-request 1 > 0, wide', { asked: [1], blind: [1] }],
  ])('lies in a wider stretch where nobody could listen: %s', (place, counts) => {
    expect(told(across, counts)).toBe(place)
  })
})

describe('ARP that was lost keeps an echo from being sent', () => {
  const ONE = [1, 1, 1, 1]
  it.each<[string, Counts]>([
    ['hypervisor: veth-ns2-br > eth2, arp-request 1 > 0', { asked: [1] }],
    ['hypervisor eth2 > controller eth2, arp-request 1 > 0', { asked: [1, 1] }],
    ['controller: eth2 > veth-ns1-br, arp-request 1 > 0', { asked: [1, 1, 1] }],
    ['ns1 answer, arp-reply 1 > 0', { asked: ONE }],
    ['controller: veth-ns1-br > eth2, arp-reply 1 > 0', { asked: ONE, told: [1] }],
    ['controller eth2 > hypervisor eth2, arp-reply 1 > 0', { asked: ONE, told: [1, 1] }],
    ['hypervisor: eth2 > veth-ns2-br, arp-reply 1 > 0', { asked: ONE, told: [1, 1, 1] }],
    ['ns2 send, echo-request 20 > 0', { asked: ONE, told: ONE }],
    // OVN answers for a port it knows, right at the plug.
    ['ns2 send, echo-request 20 > 0', { asked: [1], told: [0, 0, 0, 1] }],
  ])('the sender’s: %s', (place, counts) => {
    expect(told(across, counts)).toBe(place)
  })

  it.each<[string, Counts]>([
    ['controller: veth-ns1-br > eth2, arp-request 1 > 0', { askedBack: [1] }],
    ['controller eth2 > hypervisor eth2, arp-request 1 > 0', { askedBack: [1, 1] }],
    ['ns2 answer, arp-reply 1 > 0', { askedBack: ONE }],
    ['hypervisor: veth-ns2-br > eth2, arp-reply 1 > 0', { askedBack: ONE, toldBack: [1] }],
    ['ns1 answer, echo-reply 20 > 0', { askedBack: ONE, toldBack: ONE }],
  ])('of who is to answer: %s', (place, counts) => {
    expect(told(across, { request: ALL, ...counts })).toBe(place)
  })

  it.each<[string, Counts]>([
    ['hypervisor: eth2 > veth-ns2-br, arp-request 1 > 0', { askedBack: [1] }],
    ['ns2 answer, arp-reply 1 > 0', { askedBack: [1, 1] }],
    ['hypervisor: veth-ns2-br > eth2, arp-reply 1 > 0', { askedBack: [1, 1], toldBack: [1] }],
    ['behind hypervisor eth2, echo-request 20 > 0', {}],
  ])('of a machine outside that is to answer: %s', (place, counts) => {
    expect(told(outward, { request: [20, 20], ...counts })).toBe(place)
  })

  const GOT_TAG = 'hypervisor: veth-ns2-br > eth2, arp-request 1 > 1, vlan'
  it.each<[string, Route, Counts, string]>([
    ['where it got that', across, { asked: [1, 1] }, GOT_TAG],
    ['there also where the other node was asked so', across, { asked: [1, 1, 1] }, GOT_TAG],
    ['there also on its way outside', outward, { asked: [1, 1] }, GOT_TAG],
    [
      'behind where it came from outside with it',
      outward,
      { request: [20, 20], askedBack: [1] },
      'hypervisor: eth2 > veth-ns2-br, arp-request 1 > 0',
    ],
  ])('asked under a tag, it is lost %s', (_what, route, counts, place) => {
    const traffic = heardOn(route, counts)
    for (const { node } of route.posts.filter(({ kind }) => kind === 'exit'))
      for (const arp of captureOf(traffic, node, 'eth2').arps) arp.vlan = 100
    const broken = bracket(route, traffic, ping(20, 0))!
    expect([inWords(broken), broken.odd?.what].filter(Boolean).join(', ')).toBe(place)
  })

  it('is told with the stations of the ARP packets', () => {
    const traffic = heardOn(across, { asked: [1, 1] })
    const broken = bracket(across, traffic, ping(20, 0))
    const counts = stationsOf(across, traffic, TOKEN, broken).map(
      ({ wanted, heard }) => `${wanted.kind} ${heard.count}`,
    )
    expect(counts).toEqual([
      ...['arp-request 1', 'arp-request 1', 'arp-request 0', 'arp-request 0'],
      ...Array(4).fill('arp-reply 0'),
    ])
  })
})

describe('a packet that went on as another one', () => {
  type Change = (traffic: Traffic) => void
  const change =
    (node: string, link: string, icmp: HeardPacket['icmp'], more: Partial<HeardPacket>): Change =>
    traffic => {
      for (const packet of captureOf(traffic, node, link).heard)
        if (packet.icmp === icmp) Object.assign(packet, more)
    }
  const OTHER = '02:00:00:00:00:99'
  const geneve = { vni: 1, outerSource: '192.168.33.20', outerDestination: '192.168.33.10' }
  const inTunnel: Change = traffic => {
    const [packet] = captureOf(traffic, 'hypervisor', 'veth-ns2-br').heard
    captureOf(traffic, 'hypervisor', 'eth1').heard.push({ ...packet!, geneve })
  }

  it.each<[string, string, Counts, Change, number]>([
    [
      'destination-mac',
      'ns2 send, echo-request 0 > 20',
      { request: [20] },
      change('hypervisor', 'veth-ns2-br', 'echo-request', { destinationMac: OTHER }),
      0,
    ],
    [
      'source-mac',
      'ns1 answer, echo-reply 20 > 20',
      { request: ALL, reply: ALL },
      change('controller', 'veth-ns1-br', 'echo-reply', { sourceMac: OTHER }),
      20,
    ],
    [
      'rewritten',
      'ns2 send, echo-request 0 > 0',
      { request: [20] },
      change('hypervisor', 'veth-ns2-br', 'echo-request', { source: '10.0.0.1' }),
      0,
    ],
    [
      'rewritten',
      'controller: eth2 > veth-ns1-br, echo-request 20 > 0',
      { request: ALL, reply: ALL },
      change('controller', 'veth-ns1-br', 'echo-request', { destination: '192.168.10.101' }),
      20,
    ],
    ['tunnel', 'hypervisor: veth-ns2-br > eth2, echo-request 20 > 0', { request: [20] }, inTunnel, 0],
    [
      'vlan',
      'hypervisor: veth-ns2-br > eth2, echo-request 20 > 20',
      { request: [20, 20] },
      change('hypervisor', 'eth2', 'echo-request', { vlan: 100 }),
      0,
    ],
    [
      'ttl',
      'hypervisor: veth-ns2-br > eth2, echo-request 20 > 20',
      { request: ALL, reply: ALL },
      traffic => {
        change('hypervisor', 'veth-ns2-br', 'echo-request', { ttl: 64 })(traffic)
        change('hypervisor', 'eth2', 'echo-request', { ttl: 63 })(traffic)
      },
      20,
    ],
  ])('%s: %s', (what, place, counts, edit, received) => {
    const traffic = heardOn(across, counts)
    edit(traffic)
    const broken = bracket(across, traffic, ping(20, received))!
    expect([broken.odd?.what, inWords(broken)]).toEqual([what, place])
  })

  it('is harmless where both sides agree on a tag', () => {
    const traffic = heardOn(across, { request: ALL, reply: ALL })
    for (const node of ['controller', 'hypervisor'])
      for (const icmp of ['echo-request', 'echo-reply'] as const)
        change(node, 'eth2', icmp, { vlan: 100 })(traffic)
    expect(bracket(across, traffic, ping(20, 20))).toBeUndefined()
  })

  it('is told as it was heard', () => {
    const traffic = heardOn(outward, { request: [20, 20], reply: [20, 20] })
    expect(bracket(outward, traffic, ping(20, 20))).toBeUndefined()
    change('hypervisor', 'veth-ns2-br', 'echo-reply', { destinationMac: OTHER })(traffic)
    expect(bracket(outward, traffic, ping(20, 20))?.odd?.frame).toMatchObject({
      source: OUTSIDE,
      destinationMac: OTHER,
    })
    expect([NS1.mac, NS2.mac]).not.toContain(OTHER)
  })
})
