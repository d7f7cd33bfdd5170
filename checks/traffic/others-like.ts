import type { Flow, TracePacket } from '../../harness/look/evidence.ts'

/** Any port of a service, and the port that one is asked from. */
const [SERVICE, CLIENT] = [53, 30_000]
/** The number that this protocol has, which Open vSwitch calls by its name (ovs-fields(7)). */
const SCTP = '132'
/** Any two neighbours that speak IPv6, for flows that leave them open. */
const [ASKER, ASKED] = ['fe80::1', 'fe80::2']
/** More values of one field are not tried. */
const VALUES_MAX = 8

/**
 * The same ping as TCP and as UDP, and as what flows in the first table name: OVN's own there go by where a packet comes in, so somebody has
 * made one for that protocol, port, type of ICMP or sender alone. Its receiver stays the same one.
 */
export function othersLike(ping: TracePacket, first: Flow[]): TracePacket[] {
  const matches = first.map(({ match }) => match)
  const named = (pattern: RegExp) =>
    [...new Set(matches.flatMap(match => pattern.exec(match)?.slice(1, 2) ?? []))].slice(0, VALUES_MAX)
  const { flow } = ping
  const as = (head: string, tail: string) =>
    flow.replace(',icmp,', `,${head},`).replace(/,icmp_type=\d+,icmp_code=\d+/, tail)
  const ports = new Set([SERVICE, ...named(/\btp_dst=(0x[0-9a-f]+|\d+)/).map(Number)])
  const numbers = [
    ...(matches.some(match => /(^|,)sctp\b/.test(match)) ? [SCTP] : []),
    ...named(/\bnw_proto=(\d+)/),
  ]
  const ofInet = [
    ...[...ports].flatMap(port => [
      as('tcp', `,tcp_src=${CLIENT},tcp_dst=${port},tcp_flags=0x2`),
      as('udp', `,udp_src=${CLIENT},udp_dst=${port}`),
    ]),
    ...numbers.map(number => as(`ip,nw_proto=${number}`, '')),
    ...named(/(?:^|,)icmp,.*\bicmp_type=(\d+)/).map(type => as('icmp', `,icmp_type=${type},icmp_code=0`)),
  ]
  const senders = named(/\bnw_src=([\d.]+)/).map(sender => `nw_src=${sender}`)
  const [head = ''] = flow.split(',icmp,')
  return [
    ...ofInet,
    ...senders.flatMap(sender => [flow, ...ofInet].map(one => one.replace(/\bnw_src=[\d.]+/, sender))),
    ...[...new Set(matches.flatMap(match => beyondInet(match) ?? []))].map(tail => `${head},${tail}`),
  ].map(one => ({ ...ping, flow: one }))
}

/** What a flow is for that is neither IPv4 nor ARP, behind the addresses of Ethernet; undefined where it is for none of it. */
function beyondInet(match: string): string | undefined {
  const [type] = /\bdl_type=0x[0-9a-f]+/.exec(match) ?? []
  if (type !== undefined) return type
  const [, protocol] = /(?:^|,)(ipv6|icmp6|tcp6|udp6|sctp6)\b/.exec(match) ?? []
  if (protocol === undefined) return undefined
  const of = (field: string, other: string) =>
    `${field}=${new RegExp(`\\b${field}=([0-9a-f:.]+)`).exec(match)?.[1] ?? other}`
  const more = /,((?:icmp_type|tp_dst|tp_src|nw_proto)=[^,/]+)/g
  return [
    protocol,
    of('ipv6_src', ASKER),
    of('ipv6_dst', ASKED),
    // Printed by one name, read by two (ovs-fields(7)).
    ...[...match.matchAll(more)].map(([, field = '']) => field.replace('icmp_', 'icmpv6_')),
  ].join(',')
}
