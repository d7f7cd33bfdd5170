import { text } from '../../harness/core/text.ts'
import type { Flow, TracePacket } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Crossing } from '../heard/carried.ts'
import { type Traceable, traceable } from '../heard/crossings.ts'
import { isHandedOver, OPCODES } from '../heard/handed-over.ts'
import { keeperOf, keptBeside } from '../locate/keeper.ts'
import { ANSWERED_AT, ASKED_FROM } from '../nouns/client-ports.ts'
import type { Route } from '../route/route.ts'

/** A packet that a flow may treat in another way than the one that it is made of, and by what they differ. */
interface Trial {
  of: string
  usual: TracePacket
  other: TracePacket
}

/**
 * What the bridges of a node would keep of packets between the same two ends that nobody has sent: those with a time to live, a type of
 * service, a client's port or TCP flags that a flow on the way names, be it OVN's for an ACL or somebody else's. Each is traced
 * beside the usual one (ovs-fields(7)); told where that one comes out and the other never does.
 */
export async function keepsSome(
  lab: Lab,
  route: Route,
  node: string,
  crossings: Crossing[],
): Promise<BrokenLink | undefined> {
  const [ovs, crossed] = await Promise.all([lab.ovs(node), traceable(lab, route, node, crossings)])
  const bridges = [...new Set(ovs.bridges.map(({ name }) => name))]
  const flows = (
    await Promise.all(bridges.map(async bridge => (await unlessBlind(lab.flows(node, bridge))) ?? []))
  ).flat()
  const trials = crossed.flatMap(one =>
    trialsOf(one.packet, flows, route.routed !== undefined).map(trial => ({ ...one, ...trial })),
  )
  // Until OVN knows the MAC address of its next hop, it keeps a packet, asks for that, and then lets it go.
  const kept = await keptBeside(lab, node, trials, trace => !isHandedOver(trace, OPCODES.arp))
  if (!kept) return undefined
  const { of, broken } = kept.pair
  const { saw, ...told } = await keeperOf(lab, route, { node, ovs, trace: kept.trace }, broken)
  return { ...told, saw: others(of, broken, saw) }
}

const others = (
  of: string,
  { packet: { source, destination } }: Traceable['broken'],
  saw: BrokenLink['saw'],
) =>
  text(
    `other packets from ${source} to ${destination} are kept, such as those with ${of}: ${saw.en}`,
    `從 ${source} 到 ${destination} 的其他封包過不去，例如 ${of}：${saw['zh-TW']}`,
  )

/** Below, packets have come a long way, or are sent to find out which (traceroute(8)). */
const TTL_MIN = 30
/** More values of one field are not tried. */
const VALUES_MAX = 8
/** A packet of a connection that carries data at once (RFC 9293). */
const [ACK, PSH_ACK] = ['0x10', '0x18']

function trialsOf(packet: TracePacket, flows: Flow[], isRouted: boolean): Trial[] {
  const { flow } = packet
  const matches = flows.map(({ match }) => match).filter(match => mayMeet(match, flow))
  const values = (field: string) => valuesOf(matches, field)
  const put = (pattern: RegExp, words: string, of: string): Trial => ({
    of,
    usual: packet,
    other: { ...packet, flow: flow.replace(pattern, words) },
  })
  // A router takes one off before its policies see the packet (ovn-northd(8)).
  const named = values('nw_ttl').flatMap(ttl => (isRouted ? [ttl + 1, ttl] : [ttl]))
  const ttls = some(named.filter(ttl => ttl >= TTL_MIN && ttl <= 255))
  const classes = values('nw_tos').filter(tos => tos > 0)
  const congestion = values('nw_ecn').filter(ecn => ecn === 1 || ecn === 2)
  const hops = /(nw_ttl=\d+)(,nw_tos=\d+,nw_ecn=\d+)?/
  const [client, [first, last]] = packet.isEstablished
    ? (['tp_dst', ANSWERED_AT] as const)
    : (['tp_src', ASKED_FROM] as const)
  const isTcp = flow.includes(',tcp,')
  const ports = isTcp ? portsOf(matches, client, first).filter(port => port >= first && port <= last) : []
  return [
    ...ttls.map(ttl => put(/nw_ttl=\d+/, `nw_ttl=${ttl}`, `TTL ${ttl}`)),
    ...classes.map(tos => put(hops, `$1,nw_tos=${tos},nw_ecn=0`, `TOS ${tos}`)),
    ...congestion.map(ecn => put(hops, `$1,nw_tos=0,nw_ecn=${ecn}`, `ECN ${ecn}`)),
    ...ports.map(port => put(new RegExp(`${client}=\\d+`), `${client}=${port}`, `${client} ${port}`)),
    ...(isTcp && matches.some(match => match.includes('tcp_flags=')) ? [withData(packet)] : []),
  ]
}

/** A packet of the connection that is begun, without data and with some. */
function withData(packet: TracePacket): Trial {
  const flagged = (flags: string): TracePacket => ({
    ...packet,
    ...(!packet.isEstablished && { isFurther: true as const }),
    flow: packet.flow.replace(/tcp_flags=0x[0-9a-f]+/, `tcp_flags=${flags}`),
  })
  return { of: 'TCP data (PSH)', usual: flagged(ACK), other: flagged(PSH_ACK) }
}

const PROTOCOLS = /^(tcp|udp|sctp|icmp|icmp6|arp|ip|ipv6|tcp6|udp6)$/

/** Whether a flow may be for such a packet, by its protocol and addresses. */
function mayMeet(match: string, flow: string): boolean {
  const fields = match.split(',')
  const [own] = /,(tcp|icmp|icmp6),/.exec(flow)?.slice(1) ?? []
  const protocol = fields.find(field => PROTOCOLS.test(field))
  if (protocol !== undefined && protocol !== own && !(protocol === 'ip' && own !== 'icmp6')) return false
  return ['nw_src', 'nw_dst'].every(name => {
    const asked = fields.find(field => field.startsWith(`${name}=`))?.slice(name.length + 1)
    const has = new RegExp(`\\b${name}=([^,]+)`).exec(flow)?.[1]
    return asked === undefined || has === undefined || asked.includes('/') || asked === has
  })
}

/** The values that matches name of a field, with the bits that they leave open. */
const valuesWithFree = (matches: string[], field: string): { value: number; free: number }[] =>
  matches.flatMap(match => {
    const [, value, mask] = new RegExp(`\\b${field}=(0x[0-9a-f]+|\\d+)(?:/(0x[0-9a-f]+))?`).exec(match) ?? []
    if (value === undefined) return []
    return [{ value: Number(value), free: mask === undefined ? 0 : ~Number(mask) & PORT_MASK }]
  })

const PORT_MASK = 0xffff

const some = (values: number[]): number[] => [...new Set(values)].slice(0, VALUES_MAX)

const valuesOf = (matches: string[], field: string): number[] =>
  some(valuesWithFree(matches, field).map(({ value }) => value))

/** The same of ports; of those with a mask, one that is not below the `first`. A single one that no client chooses is a service's. */
const portsOf = (matches: string[], field: string, first: number): number[] =>
  some(
    valuesWithFree(matches, field)
      .filter(({ value, free }) => free > 0 || value >= ANSWERED_AT[0])
      .map(({ value, free }) => (value < first && value + free >= first ? value + free : value)),
  )
