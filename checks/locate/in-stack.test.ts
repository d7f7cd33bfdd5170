import { describe, expect, it } from 'vitest'
import type { NetworkStack } from '../../harness/look/evidence.ts'
import type { Break } from '../heard/bracket.ts'
import type { Wanted } from '../nouns/wanted.ts'
import type { End } from '../route/hop.ts'
import { quietStack, withLook } from '../testing/diagnostics.ts'
import { chain, DROP, field } from '../testing/nft.ts'
import { atLinks, eth0, mastered, ns2Does } from '../testing/ns2-edits.ts'
import { type Edit, named, ns1, ns2, onLoopback, solvedLab } from '../testing/solved-lab.ts'
import { told } from '../testing/told.ts'
import { lost, recordedRoute } from '../testing/traces.ts'
import { inStack } from './in-stack.ts'

const END = recordedRoute.from
const PEER = { address: ns1.address, mac: recordedRoute.to!.mac }
const NEAR = `echo-request for ${ns1.address}`
type Does = 'send' | 'answer' | 'take'

/** ns2 sends a request, answers one of ns1, or takes the answer of ns1. */
const PACKETS: Record<Does, Wanted> = {
  send: lost.packet,
  answer: { ...lost.packet, kind: 'echo-reply' },
  take: { ...lost.packet, kind: 'echo-reply', source: ns1.address, destination: ns2.address },
}
const located = (does: Does, edits: Edit[], more: Partial<Break> = {}, end: End = END) => {
  const place = { kind: 'stack' as const, end, does }
  return inStack(solvedLab(...edits), place, { ...lost, place, packet: PACKETS[does], ...more }, PEER)
}
const words = async (...asked: Parameters<typeof located>) => told(await located(...asked))
const way = (route: object): Edit => ns2Does({ routes: [{ to: ns1.address, ...route }] })
const neighbour = (mac: string, ...states: string[]): Edit =>
  ns2Does({ neighbours: [{ address: ns1.address, device: 'eth0', mac, states }] })
const rules = (...chains: NetworkStack['chains'][]): Edit => ns2Does({ chains: chains.flat() })
const sysctl = (name: string): NetworkStack['sysctls'] => ({ [name]: { value: '1', usual: '0' } })
const plugIsDown: Edit = ({ kernel }) => {
  named(kernel.hypervisor.links, 'veth-ns2-br').isUp = false
}
const netem = (device: string) => ({ qdiscs: [{ device, kind: 'netem', drops: 9 }] })

const REQUESTS_IN = chain('inet', 'input', [[field('icmp', 'type', 'echo-request'), DROP]])
const REPLIES_IN = chain('inet', 'input', [[field('icmp', 'type', 'echo-reply'), DROP]])
const REPLIES_OUT = chain('inet', 'output', [[field('icmp', 'type', 'echo-reply'), DROP]])
const ALL_OUT = chain('inet', 'output', [[DROP]])
const NO_ARP_IN = chain('arp', 'input', [[field('arp', 'operation', 'reply'), DROP]])
const DNAT_TO = { dnat: { addr: '192.168.10.150' } }
const DNAT_IN = chain('ip', 'prerouting', [[field('icmp', 'type', 'echo-request'), DNAT_TO]])
const DNAT_OUT = chain('ip', 'output', [[field('ip', 'daddr', '192.168.10.100'), DNAT_TO]])
const REWRITES = 'hypervisor · netns ns2 · nftables: a rule in the namespace changes addresses: '
const FILTER = 'hypervisor · netns ns2 · nftables: a packet filter in the namespace: '

describe('what a namespace does with a packet that it should send, answer or take', () => {
  it.each<[string, Does, ...Edit[]]>([
    ['hypervisor · veth-ns2-br: veth-ns2-br is down', 'send', plugIsDown],
    [
      'hypervisor · netns ns2: ns2 has the address 192.168.10.100 itself, on lo, so packets for it do not leave',
      'send',
      way({ device: 'lo' }),
      onLoopback(ns2, ns1.address),
    ],
    [
      'hypervisor · netns ns2 · routes: a local route of ns2 takes packets for 192.168.10.100 in, although no interface there has that address, so they never leave',
      'send',
      way({ device: 'lo' }),
    ],
    [
      'hypervisor · netns ns2 · routes: a route or rule of type blackhole in ns2 refuses packets for 192.168.10.100: Invalid argument',
      'send',
      way({ error: 'Invalid argument' }),
    ],
    [
      'hypervisor · netns ns2 · routes: ns2 has no route to 192.168.10.100: Network is unreachable',
      'send',
      way({ error: 'Network is unreachable' }),
    ],
    [
      'hypervisor · netns ns2 · routes: in ns2, packets for 192.168.10.100 leave through eth0 via 192.168.10.7, not directly through eth0',
      'answer',
      way({ device: 'eth0', gateway: '192.168.10.7' }),
    ],
    [
      'hypervisor · netns ns2 · arp: eth0 in ns2 has ARP switched off (NOARP), so it neither sends nor answers ARP requests',
      'answer',
      eth0({ hasNoArp: true }),
    ],
    [
      'hypervisor · netns ns2 · eth0: eth0 in ns2 belongs to the bridge cbr0, which takes what arrives on eth0, but the address is on eth0',
      'answer',
      mastered('bridge'),
    ],
    ...['PERMANENT', 'NOARP'].map((state): [string, Does, Edit] => [
      `hypervisor · netns ns2 · neighbours: the neighbour entry of 192.168.10.100 was set by hand to 02:00:00:00:00:99, but its MAC is ${PEER.mac}`,
      'send',
      neighbour('02:00:00:00:00:99', state),
    ]),
    [
      'physical network · 02:00:00:00:00:99: 02:00:00:00:00:99, which no machine of the lab has, answers for 192.168.10.100',
      'send',
      neighbour('02:00:00:00:00:99', 'REACHABLE'),
    ],
    [`${FILTER}inet t c: icmp type echo-request drop`, 'answer', rules(REQUESTS_IN)],
    [`${FILTER}inet t c: icmp type echo-reply drop`, 'answer', rules(REPLIES_OUT)],
    [`${FILTER}inet t c: drop`, 'send', rules(ALL_OUT)],
    [
      `${FILTER}inet t c: icmp type echo-reply drop`,
      'take',
      rules(REPLIES_IN),
      atLinks(undefined, netem('veth-ns2-br')),
    ],
    [`${FILTER}arp t c: arp operation reply drop`, 'send', rules(NO_ARP_IN)],
    [
      'hypervisor · netns ns2 · icmp_echo_ignore_all: ns2 has net.ipv4.icmp_echo_ignore_all = 1, where a new namespace has 0',
      'answer',
      ns2Does({ sysctls: sysctl('icmp_echo_ignore_all') }),
    ],
    [
      'hypervisor · netns ns2 · xfrm: an IPsec policy blocks: src 0.0.0.0/0 action block',
      'send',
      ns2Does({ blockingPolicies: ['src 0.0.0.0/0 action block'] }),
    ],
    ['hypervisor · netns ns2: eth0 is down', 'send', eth0({ isUp: false })],
    [
      'hypervisor · netns ns2: packets that leave through eth0 in ns2 pass the queueing discipline netem, which has dropped 9 packets',
      'answer',
      atLinks('ns2', netem('eth0')),
    ],
    [
      'hypervisor · netns ns2 · xdp: an XDP program on eth0 processes each packet first',
      'answer',
      atLinks('ns2', { xdp: ['eth0'] }),
    ],
    [
      'hypervisor · veth-ns2-br: packets that leave through veth-ns2-br on hypervisor pass the queueing discipline netem, which has dropped 9 packets',
      'take',
      atLinks(undefined, netem('veth-ns2-br')),
    ],
    [
      'hypervisor · netns ns2 · routes: a routing rule of ns2 may send it elsewhere: 100: from all fwmark 0x1 lookup 7',
      'send',
      ns2Does({ rules: ['100: from all fwmark 0x1 lookup 7'] }),
    ],
    [
      'hypervisor · netns ns2 · rules: ns2 lacks the routing rule “from all lookup local”, which every namespace has',
      'take',
      ns2Does({ missingRules: ['from all lookup local'] }),
    ],
    [
      'hypervisor · netns ns2 · iptables-legacy: a packet filter in the namespace: inet filter (iptables-legacy) c: icmp type echo-reply drop',
      'take',
      rules(REPLIES_IN.map(one => ({ ...one, table: 'filter (iptables-legacy)' }))),
    ],
    [`${REWRITES}ip t c: icmp type echo-request dnat to 192.168.10.150`, 'answer', rules(DNAT_IN)],
    [`${REWRITES}ip t c: ip daddr 192.168.10.100 dnat to 192.168.10.150`, 'send', rules(DNAT_OUT)],
    [
      'hypervisor · netns ns2 · tcp_syncookies: ns2 has net.ipv4.tcp_syncookies = 1, where a new namespace has 0',
      'take',
      ns2Does({ sysctls: sysctl('tcp_syncookies') }),
    ],
  ])('%s', async (where, does, ...edits) => {
    expect(await words(does, edits)).toBe(where)
  })

  it.each<[string, Does, Partial<NetworkStack>]>([
    ['answers that come in, for what it sends', 'send', { chains: REPLIES_IN }],
    ['what goes out, for what it takes', 'take', { chains: ALL_OUT }],
    ['addresses of what is asked of others, for what it answers', 'answer', { chains: DNAT_OUT }],
    ['queues of the other way', 'take', netem('eth0')],
  ])('is not what it does with %s', async (_what, does, about) => {
    expect((await located(does, [ns2Does(about), atLinks('ns2', about)])).cause).toBeUndefined()
  })

  it.each<[string, Does, Partial<NetworkStack>, string]>([
    ['a rule that changes addresses', 'send', { chains: DNAT_OUT }, 'netns-rewrites'],
    [
      'a filter before a parameter',
      'answer',
      { chains: REQUESTS_IN, sysctls: sysctl('icmp_echo_ignore_all') },
      'netns-nftables',
    ],
    [
      'a parameter for what comes in before a filter of what goes out',
      'answer',
      { chains: ALL_OUT, sysctls: sysctl('icmp_echo_ignore_all') },
      'netns-icmp-echo-ignore-all',
    ],
    [
      'the way out before a parameter that has nothing to do with it',
      'answer',
      { routes: [{ to: ns1.address, error: 'unreachable' }], sysctls: sysctl('ip_forward') },
      'netns-routes',
    ],
    [
      'what comes in before the way out',
      'answer',
      { chains: REQUESTS_IN, routes: [{ to: ns1.address, error: 'unreachable' }] },
      'netns-nftables',
    ],
  ])('of several, what the packet comes to first: %s', async (_what, does, about, cause) => {
    expect((await located(does, [ns2Does(about)])).cause).toBe(cause)
  })

  it('a filter of the port that is asked', async () => {
    const refuses = rules(chain('inet', 'input', [[field('tcp', 'dport', 5432), DROP]]))
    const answer = (tcpPort: number) =>
      words('answer', [refuses], { packet: { ...PACKETS.answer, kind: 'tcp-reply', tcpPort } })
    expect(await answer(5432)).toBe(`${FILTER}inet t c: tcp dport 5432 drop`)
    expect(await answer(80)).toBe(
      'hypervisor · netns ns2: ns2 received the request but did not answer (tcp-reply)',
    )
  })

  it.each<[string, Does, Partial<Break>?]>([
    [`no ${NEAR} left ns2`, 'send'],
    ['ns2 received the request but did not answer (echo-reply)', 'answer'],
    ['the echo-reply came back to ns2, which did not accept it', 'take'],
    [
      'of 20 echo-request packets, 0 were captured after the places where no capture was possible',
      'send',
      { isWide: true },
    ],
  ])('is said to be unexplained where nothing is found: %s', async (saw, does, more) => {
    expect(await words(does, [ns2Does({})], more)).toBe(`hypervisor · netns ns2: ${saw}`)
  })

  it('is told of the node where the end is a link of its own', async () => {
    const { netns: _, plug: _plug, ...own } = END
    const end = { ...own, device: 'br-eth1' }
    const nodeDoes = (about: Partial<NetworkStack>): Edit =>
      withLook(
        { look: 'stack', node: 'hypervisor', routes: [{ to: ns1.address, from: ns2.address }] },
        { ...quietStack, ...about },
      )
    const at = (...edits: Edit[]) => words('send', edits, {}, end)
    const noArp: Edit = ({ kernel }) =>
      void Object.assign(named(kernel.hypervisor.links, 'br-eth1'), { hasNoArp: true })
    expect(await at()).toBe(`hypervisor · br-eth1: no ${NEAR} left hypervisor`)
    expect(await at(noArp)).toMatch(/^hypervisor · arp: br-eth1 in hypervisor has ARP switched off/)
    expect(await at(nodeDoes({ routes: [{ to: ns1.address, device: 'eth0' }] }))).toBe(
      'hypervisor · routes: in hypervisor, packets for 192.168.10.100 leave through eth0, not directly through br-eth1',
    )
    const inside = nodeDoes({ routes: [{ to: ns1.address, device: 'lo' }] })
    const hasIt: Edit = ({ kernel }) => {
      const address = { family: 'inet' as const, address: ns1.address, prefixLength: 32 }
      named(kernel.hypervisor.links, 'eth1').addresses.push(address)
    }
    expect(await at(inside)).toMatch(/^hypervisor · routes: a local route of hypervisor takes packets/)
    expect(await at(inside, hasIt)).toMatch(
      /^hypervisor · eth1: hypervisor has the address 192.168.10.100 itself, on eth1,/,
    )
  })
})
