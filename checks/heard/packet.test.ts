import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { checkout } from '../../harness/core/checkout.ts'
import type { TraceSeen } from '../../harness/look/evidence.ts'
import type { Recording } from '../../harness/look/recording.ts'
import type { Kind } from '../nouns/wanted.ts'
import { lost, recordedRoute } from '../testing/traces.ts'
import { packetToTrace } from './packet.ts'

const plug = { bridge: { name: 'br-int' }, iface: { ofport: [2] } } as Parameters<typeof packetToTrace>[1]
const flowOf = (frame: object) =>
  packetToTrace(recordedRoute, plug, { ...lost, frame: { ...lost.frame!, ...frame } })?.flow

it('is the packet that was heard, with whatever a flow may go by', () => {
  expect(flowOf({})).toMatch(/,nw_ttl=64,icmp_type=8/)
  expect(flowOf({ ttl: 65 })).toMatch(/,nw_ttl=65,icmp_type=8/)
  expect(flowOf({ ttl: 9, tos: 0xb9 })).toMatch(/,nw_ttl=9,nw_tos=184,nw_ecn=1,icmp_type=8/)
})

it('bears the MAC addresses of where it comes in, also by an interface that has another name in its namespace', () => {
  const [own, exit] = recordedRoute.posts
  const renamed = { ...plug, iface: { ...plug.iface, name: 'tap5f3a' } }
  const far = {
    ...recordedRoute,
    posts: [own!, exit!, { ...own!, links: ['enp0s3'], row: 'tap5f3a', bears: {} }],
  }
  const joint = (mac: string) => ({ joints: [{ port: { mac, _uuid: mac, networks: [] } }] })
  const routed = { ...far, routed: { from: joint('02:00:00:00:01:01'), to: joint('02:00:00:00:01:02') } }
  const { frame: _, ...unheard } = lost
  const flow = packetToTrace(routed as unknown as typeof recordedRoute, renamed as typeof plug, unheard)?.flow
  expect(flow).toContain('dl_src=02:00:00:00:01:02')
})

it('is an answer of TCP as it was heard: one that accepts, unless it refused', () => {
  const answer = { ...lost.packet, kind: 'tcp-reply' as const, tcpPort: 80 }
  const tcp = (heard: object) =>
    packetToTrace(recordedRoute, plug, { ...lost, packet: answer, frame: { ...lost.frame!, ...heard } })?.flow
  expect(tcp({})).toMatch(/,tcp_flags=0x12$/)
  const inet6 = { ...answer, source: 'fd02::12', destination: 'fd01::10' }
  expect(packetToTrace(recordedRoute, plug, { ...lost, packet: inet6 })?.flow).toContain(
    ',tcp6,ipv6_src=fd02::12,ipv6_dst=fd01::10,nw_ttl=',
  )
  expect(tcp({ tcpFlags: 0x14 })).toMatch(/,tcp_flags=0x14$/)
})

it('is what IPv6 asks for a neighbour with, in the place of ARP', () => {
  const asked = (kind: Kind, source: string, destination: string) =>
    packetToTrace(recordedRoute, plug, { ...lost, packet: { ...lost.packet, kind, source, destination } })
      ?.flow
  expect(asked('arp-request', 'fd00::200', 'fd00::12:3456')).toMatch(
    /dl_dst=33:33:ff:12:34:56,icmp6,ipv6_src=fd00::200,nw_ttl=255,ipv6_dst=ff02::1:ff12:3456,icmpv6_type=135,icmpv6_code=0,nd_target=fd00::12:3456,nd_sll=/,
  )
  expect(asked('arp-request', 'fd00::200', 'fd00::7')).toMatch(
    /dl_dst=33:33:ff:00:00:07,.*ff02::1:ff00:0007,/,
  )
  expect(asked('arp-reply', 'fd00::100', 'fd00::200')).toMatch(
    /icmp6,ipv6_src=fd00::100,nw_ttl=255,ipv6_dst=fd00::200,icmpv6_type=136,.*nd_target=fd00::100,nd_tll=/,
  )
})

/** Names that ofproto/trace takes in a flow (ovs-fields(7), and the protocols of ovs-ofctl(8)). */
const FIELDS = new Set([
  ...['in_port', 'metadata', 'reg14', 'dl_src', 'dl_dst', 'dl_vlan', 'tun_id', 'tun_src', 'tun_dst'],
  ...[
    'tun_metadata0',
    'arp',
    'arp_op',
    'arp_spa',
    'arp_tpa',
    'arp_sha',
    'arp_tha',
    'icmp',
    'icmp6',
    'tcp',
    'tcp6',
  ],
  ...['nw_src', 'nw_dst', 'nw_ttl', 'nw_tos', 'nw_ecn', 'ipv6_src', 'ipv6_dst', 'icmp_type', 'icmp_code'],
  ...['icmpv6_type', 'icmpv6_code', 'tp_src', 'tp_dst', 'tcp_flags', 'nd_target', 'nd_sll', 'nd_tll'],
])
const KINDS: Kind[] = ['echo-request', 'echo-reply', 'tcp-request', 'tcp-reply', 'arp-request', 'arp-reply']
const geneve = {
  vni: 1,
  outerSource: '10.0.0.1',
  outerDestination: '10.0.0.2',
  ports: { ingress: 1, egress: 2 },
}

it.each(KINDS.flatMap(kind => [[kind, '192.168.10.200'] as const, [kind, 'fd00::2'] as const]))(
  'bears no name that Open vSwitch would refuse: %s of %s',
  (kind, source) => {
    const packet = { ...lost.packet, kind, source, ...(kind.startsWith('tcp') && { tcpPort: 80 }) }
    const frame = { ...lost.frame!, tos: 0xb9, vlan: 10, geneve }
    const { flow } = packetToTrace(recordedRoute, plug, { ...lost, packet, frame })!
    expect(flow.split(',').filter(word => !FIELDS.has(word.split('=')[0]!))).toEqual([])
    // "prerequisites not met": a field of ICMP is none of ICMPv6, and the other way round (ovs-fields(7)).
    const other = /,icmp6,/.test(flow) ? /\bicmp_/ : /\bicmpv6_/
    expect(flow).not.toMatch(other)
  },
)

it('was refused by no machine that a lesson was recorded on', () => {
  const lessons = join(checkout, 'lessons')
  const files = readdirSync(lessons, { recursive: true, encoding: 'utf8' }).filter(file =>
    /recordings\/.*\.json$/.test(file),
  )
  const answers = files.flatMap(
    file => (JSON.parse(readFileSync(join(lessons, file), 'utf8')) as Recording).answers,
  )
  const traces = answers.flatMap(({ request, ...told }) =>
    request.look === 'traces' && 'evidence' in told
      ? request.packets.map((packet, at) => ({ packet, seen: (told.evidence as TraceSeen[])[at] }))
      : [],
  )
  expect(traces.length).toBeGreaterThan(files.length)
  expect(traces.filter(({ seen }) => !seen?.datapathActions).map(({ packet }) => packet)).toEqual([])
})
