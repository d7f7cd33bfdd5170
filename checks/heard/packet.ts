import type { TracePacket } from '../../harness/look/evidence.ts'
import type { Plug } from '../../harness/look/integration-bridge.ts'
import { EVERYBODY } from '../nouns/arp.ts'
import { USUAL_TTL } from '../nouns/kinds-sent.ts'
import { solicitedNode } from '../nouns/solicited-node.ts'
import { SOMEBODYS_MAC } from '../nouns/somebody.ts'
import { type Route, rowsOf } from '../route/route.ts'
import { macsAt } from '../route/routed.ts'
import { inWords } from '../route/tunnel-head.ts'
import type { Break } from './bracket.ts'

/** Any port that a connection may be begun from. */
const CLIENT_PORT = 30_000

/** How a connection is accepted (RFC 9293). */
const SYN_ACK = 0x12

/** The station at which a packet of a path enters by an interface. */
const stationOf = ({ posts }: Route, isSent: boolean, name: string) => ({
  direction: isSent ? ('request' as const) : ('reply' as const),
  post: posts.find(post => rowsOf(post).includes(name)) ?? posts[0]!,
})

/** The very packet that was lost, as ofproto/trace takes it, entering where it was heard last. */
export function packetToTrace(
  route: Route,
  { bridge, iface }: Plug,
  { packet, frame }: Break,
): TracePacket | undefined {
  const [port] = iface.ofport
  if (port === undefined || port < 0) return undefined
  const { kind, source, destination, tcpPort } = packet
  const macOf = (address: string) =>
    [route.from, route.to].find(end => end?.address === address)?.mac ?? SOMEBODYS_MAC
  const isSent = source === route.from.address
  const macs = route.routed && macsAt(route, stationOf(route, isSent, iface.name))
  const from = frame?.sourceMac || (macs?.source?.[0] ?? macOf(source))
  const to =
    frame?.destinationMac ||
    (kind === 'arp-request' ? everybodyFor(destination) : (macs?.destination?.[0] ?? macOf(destination)))
  const vlan = frame?.vlan === undefined ? '' : `,dl_vlan=${frame.vlan}`
  const tunnel = frame?.geneve ? `,${inWords(frame.geneve)}` : ''
  const link = `in_port=${port}${vlan}${tunnel},dl_src=${from},dl_dst=${to}`
  if (kind.startsWith('arp') && source.includes(':'))
    return { bridge: bridge.name, flow: neighbourFlow(packet, { in: link, from, to }) }
  if (kind === 'arp-request' || kind === 'arp-reply') {
    const target = kind === 'arp-request' ? '' : `,arp_tha=${to}`
    const flow = `${link},arp,arp_op=${kind === 'arp-request' ? 1 : 2},arp_spa=${source},arp_tpa=${destination},arp_sha=${from}${target}`
    return { bridge: bridge.name, flow }
  }
  const { ttl = USUAL_TTL, tos = 0 } = frame ?? {}
  const flags = frame && 'tcpFlags' in frame ? frame.tcpFlags : undefined
  const hops = `nw_ttl=${ttl}${tos ? `,nw_tos=${tos & 0xfc},nw_ecn=${tos & 3}` : ''}`
  if (tcpPort !== undefined) {
    const isReply = kind === 'tcp-reply'
    const ports = isReply
      ? `tp_src=${tcpPort},tp_dst=${CLIENT_PORT},tcp_flags=0x${(flags ?? SYN_ACK).toString(16)}`
      : `tp_src=${CLIENT_PORT},tp_dst=${tcpPort},tcp_flags=0x2`
    const between = source.includes(':')
      ? `tcp6,ipv6_src=${source},ipv6_dst=${destination}`
      : `tcp,nw_src=${source},nw_dst=${destination}`
    const flow = `${link},${between},${hops},${ports}`
    return { bridge: bridge.name, flow, ...(isReply && { isEstablished: true as const }) }
  }
  if (source.includes(':')) {
    const flow = `${link},icmp6,ipv6_src=${source},ipv6_dst=${destination},${hops},icmpv6_type=${kind === 'echo-request' ? 128 : 129},icmpv6_code=0`
    return { bridge: bridge.name, flow, ...(kind === 'echo-reply' && { isEstablished: true as const }) }
  }
  const type = kind === 'echo-request' ? 8 : 0
  const flow = `${link},icmp,nw_src=${source},nw_dst=${destination},${hops},icmp_type=${type},icmp_code=0`
  return { bridge: bridge.name, flow, ...(kind === 'echo-reply' && { isEstablished: true as const }) }
}

/** Whom a question for an address goes to: all, or in IPv6 those whose addresses end alike. */
const everybodyFor = (address: string): string =>
  address.includes(':') ? solicitedNode(address).mac : EVERYBODY

/** A question for a neighbour of IPv6, or an answer to it (RFC 4861; ovs-fields(7), nd_target). */
function neighbourFlow(
  { kind, source, destination }: Break['packet'],
  link: { in: string; from: string; to: string },
): string {
  const about =
    kind === 'arp-request'
      ? `ipv6_dst=${solicitedNode(destination).address},icmpv6_type=135,icmpv6_code=0,nd_target=${destination},nd_sll=${link.from}`
      : `ipv6_dst=${destination},icmpv6_type=136,icmpv6_code=0,nd_target=${source},nd_tll=${link.from}`
  return `${link.in},icmp6,ipv6_src=${source},nw_ttl=255,${about}`
}
