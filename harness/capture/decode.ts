import type { HeardArp, HeardPacket } from '../look/evidence.ts'
import type { LogicalPortKeys } from '../look/traffic.ts'
import { macText } from './addresses.ts'
import { inet6Text } from './inet6.ts'
import type { PcapRecord } from './pcap.ts'

/** An ICMP echo found in a frame, with what it carries, and its id and sequence number as one number (RFC 792). */
export type Echo = Omit<HeardPacket, 'token' | 'count' | 'firstMs'> & {
  sequence: number
  payload: Buffer
  /** Of a segment of TCP that begins a connection or answers that (RFC 9293): its ports. */
  tcp?: { clientPort: number; serverPort: number }
}
/** An ARP packet found in a frame. */
export type Arp = Omit<HeardArp, 'count' | 'firstMs'>

const LINKTYPE_ETHERNET = 1
const LINKTYPE_LINUX_SLL2 = 276
/** Link types decodeEcho understands. */
export const KNOWN_LINK_TYPES: ReadonlySet<number> = new Set([LINKTYPE_ETHERNET, LINKTYPE_LINUX_SLL2])

export const ETHERTYPE = {
  ipv4: 0x0800,
  ipv6: 0x86dd,
  vlan: 0x8100,
  serviceVlan: 0x88a8,
  ethernet: 0x6558,
  arp: 0x0806,
}
export const PROTOCOL = { icmp: 1, tcp: 6, udp: 17, icmp6: 58 }
const IPV6_EXTENSIONS = new Set([0, 43, 60])
const IPV6_FRAGMENT = 44
export const GENEVE_PORT = 6081

const ECHO: Record<string, HeardPacket['icmp']> = {
  '1/8': 'echo-request',
  '1/0': 'echo-reply',
  '58/128': 'echo-request',
  '58/129': 'echo-reply',
}

interface Addresses {
  source: string
  destination: string
}
interface Datagram extends Addresses, Pick<HeardPacket, 'ttl' | 'tos'> {
  protocol: number
  bytes: Buffer
}

/**
 * The ICMP or ICMPv6 echo or the ARP packet in a frame, directly or inside one Geneve tunnel (RFC 8926); undefined for
 * anything else, a later fragment, or a frame cut too short. Never throws, whatever the bytes.
 */
export function decode({ linkType, bytes }: PcapRecord): Echo | Arp | undefined {
  try {
    return linkType === LINKTYPE_LINUX_SLL2 ? inCooked(bytes) : inEthernet(bytes, true)
  } catch (thrown) {
    if (thrown instanceof RangeError) return undefined
    throw thrown
  }
}

/** LINKTYPE_LINUX_SLL2: the sender's address only. */
function inCooked(bytes: Buffer): Echo | Arp | undefined {
  const sourceMac = macText(bytes.subarray(12, 12 + Math.min(bytes.readUInt8(11), 6)))
  return inNetwork(bytes.readUInt16BE(0), bytes.subarray(20), { sourceMac, destinationMac: '' }, true)
}

function inEthernet(bytes: Buffer, mayTunnel: boolean): Echo | Arp | undefined {
  const macs = { destinationMac: macText(bytes.subarray(0, 6)), sourceMac: macText(bytes.subarray(6, 12)) }
  return inNetwork(bytes.readUInt16BE(12), bytes.subarray(14), macs, mayTunnel)
}

type LinkFacts = Pick<HeardPacket, 'sourceMac' | 'destinationMac' | 'vlan'>

function inNetwork(
  etherType: number,
  bytes: Buffer,
  link: LinkFacts,
  mayTunnel: boolean,
): Echo | Arp | undefined {
  if (etherType === ETHERTYPE.vlan || etherType === ETHERTYPE.serviceVlan) {
    // Of two tags (QinQ) the outer one is what the physical switch acts on.
    const vlan = link.vlan ?? bytes.readUInt16BE(0) & 0x0fff
    return inNetwork(bytes.readUInt16BE(2), bytes.subarray(4), { ...link, vlan }, mayTunnel)
  }
  if (etherType === ETHERTYPE.arp) return arp(bytes, link)
  const datagram =
    etherType === ETHERTYPE.ipv4 ? ipv4(bytes) : etherType === ETHERTYPE.ipv6 ? ipv6(bytes) : undefined
  if (!datagram) return undefined
  const { protocol, bytes: carried, ...header } = datagram
  if (protocol === PROTOCOL.udp) return mayTunnel ? inGeneve(datagram, link) : undefined
  if (protocol === PROTOCOL.tcp) return inTcp(datagram, link)
  if (protocol !== PROTOCOL.icmp && protocol !== PROTOCOL.icmp6) return undefined
  if (protocol === PROTOCOL.icmp6 && carried.readUInt8(0) in NEIGHBOUR) return neighbour(datagram, link)
  const icmp = ECHO[`${protocol}/${carried.readUInt8(0)}`]
  if (!icmp) return undefined
  return { icmp, ...header, ...link, sequence: carried.readUInt32BE(4), payload: carried.subarray(8) }
}

const [SYN, RST, ACK] = [0x02, 0x04, 0x10]

function inTcp({ bytes, protocol: _protocol, ...header }: Datagram, link: LinkFacts): Echo | undefined {
  const [from, to, flags] = [bytes.readUInt16BE(0), bytes.readUInt16BE(2), bytes.readUInt8(13)]
  const isRequest = (flags & (SYN | ACK)) === SYN
  if (!isRequest && (flags & RST) === 0 && (flags & (SYN | ACK)) !== (SYN | ACK)) return undefined
  const [clientPort, serverPort] = isRequest ? [from, to] : [to, from]
  const icmp = isRequest ? 'echo-request' : 'echo-reply'
  return {
    icmp,
    ...header,
    ...link,
    sequence: clientPort,
    payload: Buffer.alloc(0),
    ...(!isRequest && { tcpFlags: flags & (SYN | RST | ACK) }),
    tcp: { clientPort, serverPort },
  }
}

/** RFC 826, for IPv4 over Ethernet. */
function arp(bytes: Buffer, link: LinkFacts): Arp | undefined {
  const operation = ({ 1: 'request', 2: 'reply' } as const)[bytes.readUInt16BE(6)]
  if (!operation || bytes.readUInt16BE(2) !== ETHERTYPE.ipv4) return undefined
  return {
    arp: operation,
    source: bytes.subarray(14, 18).join('.'),
    destination: bytes.subarray(24, 28).join('.'),
    saysMac: macText(bytes.subarray(8, 14)),
    ...link,
  }
}

/** ICMPv6 types by which hosts ask for a neighbour's MAC address, and answer. */
const NEIGHBOUR: Record<number, Arp['arp']> = { 135: 'request', 136: 'reply' }

/**
 * What IPv6 has in the place of ARP (RFC 4861, 4.3 and 4.4): who asks for whom, or answers. Undefined for a host that only
 * asks whether its own address is taken (RFC 4862).
 */
function neighbour({ source, destination, bytes }: Datagram, link: LinkFacts): Arp | undefined {
  const operation = NEIGHBOUR[bytes.readUInt8(0)]
  if (!operation || source === '::') return undefined
  const target = inet6Text(bytes.subarray(8, 24))
  const [from, to] = operation === 'request' ? [source, target] : [target, destination]
  return { arp: operation, source: from, destination: to, saysMac: link.sourceMac, ...link }
}

/** RFC 791; undefined for a later fragment, which has no header of what it carries. */
export function ipv4(bytes: Buffer): Datagram | undefined {
  const [versionAndLength, totalLength] = [bytes.readUInt8(0), bytes.readUInt16BE(2)]
  const headerLength = (versionAndLength & 0x0f) * 4
  const isLaterFragment = (bytes.readUInt16BE(6) & 0x1fff) !== 0
  if (versionAndLength >> 4 !== 4 || headerLength < 20 || isLaterFragment) return undefined
  // A short frame is padded to 60 bytes; 0 is what segmentation offload leaves.
  const end = totalLength >= headerLength ? totalLength : bytes.length
  return {
    protocol: bytes.readUInt8(9),
    ...hops(bytes.readUInt8(8), bytes.readUInt8(1)),
    source: bytes.subarray(12, 16).join('.'),
    destination: bytes.subarray(16, 20).join('.'),
    bytes: bytes.subarray(headerLength, end),
  }
}

const hops = (ttl: number, tos: number) => ({ ttl, ...(tos !== 0 && { tos }) })

/** RFC 8200, extension headers skipped. */
function ipv6(bytes: Buffer): Datagram | undefined {
  if (bytes.readUInt8(0) >> 4 !== 6) return undefined
  let [next, at] = [bytes.readUInt8(6), 40]
  for (;;) {
    if (IPV6_EXTENSIONS.has(next)) {
      const length = (bytes.readUInt8(at + 1) + 1) * 8
      next = bytes.readUInt8(at)
      at += length
    } else if (next === IPV6_FRAGMENT) {
      if ((bytes.readUInt16BE(at + 2) & 0xfff8) !== 0) return undefined
      next = bytes.readUInt8(at)
      at += 8
    } else break
  }
  const [source, destination] = [inet6Text(bytes.subarray(8, 24)), inet6Text(bytes.subarray(24, 40))]
  const header = hops(bytes.readUInt8(7), (bytes.readUInt16BE(0) >> 4) & 0xff)
  return {
    protocol: next,
    ...header,
    source,
    destination,
    bytes: bytes.subarray(at, 40 + bytes.readUInt16BE(4)),
  }
}

/** RFC 8926 §3.4: options may follow the eight bytes; what we look for is an Ethernet frame behind them. */
function inGeneve({ bytes, source, destination }: Datagram, outerLink: LinkFacts): Echo | Arp | undefined {
  if (bytes.readUInt16BE(2) !== GENEVE_PORT) return undefined
  const geneve = bytes.subarray(8)
  const [versionAndLength, vni] = [geneve.readUInt8(0), geneve.readUIntBE(4, 3)]
  if (versionAndLength >> 6 !== 0 || geneve.readUInt16BE(2) !== ETHERTYPE.ethernet) return undefined
  const optionsEnd = 8 + (versionAndLength & 0x3f) * 4
  const inner = inEthernet(geneve.subarray(optionsEnd), false)
  const ports = portsIn(geneve.subarray(8, optionsEnd))
  const outer = {
    vni,
    outerSource: source,
    outerDestination: destination,
    outerLink,
    ...(ports && { ports }),
  }
  return inner && { ...inner, geneve: outer }
}

const OVN_CLASS = 0x0102
const OVN_PORTS = 0x80

/** OVN's option (ovn-architecture(7), Tunnel Encapsulations): a reserved bit, 15 of the ingress port's key, 16 of the egress port's. */
function portsIn(options: Buffer): LogicalPortKeys | undefined {
  for (let at = 0; at + 4 <= options.length; at += 4 + (options.readUInt8(at + 3) & 0x1f) * 4)
    if (options.readUInt16BE(at) === OVN_CLASS && options.readUInt8(at + 2) === OVN_PORTS)
      return { ingress: options.readUInt16BE(at + 4) & 0x7fff, egress: options.readUInt16BE(at + 6) }
  return undefined
}
