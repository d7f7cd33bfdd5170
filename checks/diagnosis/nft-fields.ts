import { ECHO_HEADS_BYTES, USUAL_BYTES, type Wanted } from '../nouns/wanted.ts'
import { ctStateOf } from './ct-state.ts'
import { frameFields } from './frame-fields.ts'

/** A packet as rules of nftables see it; what is not here is not known. */
export type Fields = Record<string, string | number>

/** What a packet meets on its way out of a namespace, into it, or through a Linux bridge of a node. */
export interface Crossing {
  packet: Wanted
  /** The device it leaves or enters by; the bridge it passes through. */
  device: string
  way: 'in' | 'out' | 'through'
  /** The device is a Linux bridge: what the stack sends or takes by it passes the filters of family bridge as well. */
  isBridge?: boolean
  /** Nobody has sent it yet: a counter says nothing of it. */
  isSupposed?: true
  /** What more is known of it. */
  also?: Fields
}

const lengths = (bytes: number) => ({ 'ip length': bytes, 'meta length': bytes })

/** A ping of IPv6, or what asks for a neighbour there and answers that: all of it is ICMPv6 (RFC 4443, RFC 4861). */
export const isIcmp6 = ({ source, tcpPort, udpPort }: Wanted): boolean =>
  source.includes(':') && tcpPort === undefined && udpPort === undefined

const ICMP6_TYPES: Partial<Record<Wanted['kind'], string>> = {
  'arp-request': 'nd-neighbor-solicit',
  'arp-reply': 'nd-neighbor-advert',
}
const IP6_HEAD_BYTES = 40

/** The fields of a message of ICMPv6, by the name that nft(8) has for its type. */
export const icmp6Of = (type: string): Fields => ({
  ...{ kind: 'icmp6', 'icmpv6 type': type, 'icmpv6 code': 0, ...ctStateOf(type) },
  ...{
    'meta protocol': 'ip6',
    'meta nfproto': 'ipv6',
    'meta l4proto': 'ipv6-icmp',
    'ip6 nexthdr': 'ipv6-icmp',
  },
})

/** The fields of such a packet. A question for a neighbour goes to a group of hosts: `frameFields` has it. */
const icmp6Fields = ({ kind, source, destination, bytes = USUAL_BYTES }: Wanted): Fields => ({
  ...icmp6Of(ICMP6_TYPES[kind] ?? kind),
  'ip6 saddr': source,
  ...(kind !== 'arp-request' && { 'ip6 daddr': destination }),
  ...(kind.startsWith('echo') && { 'meta length': IP6_HEAD_BYTES + ECHO_HEADS_BYTES - 20 + bytes }),
})

/** On its way through a bridge a packet has both, and what they are called there depends on the family of the chain. */
export const devicesOf = ({ device, way }: Pick<Crossing, 'device' | 'way'>): Fields =>
  ({
    in: { 'meta iifname': device, 'meta iif': device },
    out: { 'meta oifname': device, 'meta oif': device },
    through: {},
  })[way]

/** What is known of a packet where it crosses a device. */
export function fieldsOf({ also, ...crossing }: Crossing): Fields {
  return { ...usualFields(crossing), ...also }
}

function usualFields({ packet, device, way, isSupposed }: Omit<Crossing, 'also'>): Fields {
  const { kind, source, destination } = packet
  const devices = devicesOf({ device, way })
  const supposed = { ...(isSupposed && { isSupposed: 1 }), ...frameFields(packet, way), ...devices }
  if (isIcmp6(packet)) return { ...icmp6Fields(packet), ...supposed }
  if (kind.startsWith('arp') && packet.udpPort === undefined)
    return {
      kind: 'arp',
      ...supposed,
      'meta protocol': 'arp',
      'arp operation': kind === 'arp-request' ? 'request' : 'reply',
      'arp saddr ip': source,
      'arp daddr ip': destination,
    }
  const { tcpPort, udpPort, bytes = USUAL_BYTES } = packet
  const protocol = udpPort !== undefined ? 'udp' : tcpPort === undefined ? 'icmp' : 'tcp'
  const end = protocol === 'udp' || kind === 'tcp-request' ? 'dport' : 'sport'
  const port = udpPort ?? tcpPort
  return {
    ...(port === undefined
      ? { kind: 'echo', 'icmp type': kind, 'icmp code': 0, ...lengths(ECHO_HEADS_BYTES + bytes) }
      : { kind: protocol, [`${protocol} ${end}`]: port, [`th ${end}`]: port }),
    ...devices,
    ...(udpPort === undefined && ctStateOf(kind)),
    'meta protocol': 'ip',
    'meta nfproto': 'ipv4',
    'meta l4proto': protocol,
    'ip protocol': protocol,
    'ip saddr': source,
    'ip daddr': destination,
  }
}
