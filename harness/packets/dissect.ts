import { addressText, macText } from '../capture/addresses.ts'
import { ETHERTYPE, GENEVE_PORT, PROTOCOL } from '../capture/decode.ts'
import type { PcapRecord } from '../capture/pcap.ts'

/** One header of a packet, with its fields as their RFCs call them. */
export interface Layer {
  name: string
  fields: { name: string; value: string }[]
}

/** A packet taken apart. */
export interface Dissected {
  layers: Layer[]
  /** The innermost of it that we know, on one line. */
  words: string
  vni?: number
}

const COOKED_V2 = 276

/**
 * Takes a frame apart: Ethernet or Linux cooked v2, 802.1Q, ARP, IPv4, IPv6, ICMP, UDP, TCP, and what is in Geneve. It ends
 * where it knows no more, or where the frame was cut. Never throws, whatever the bytes.
 */
export function dissect({ linkType, bytes }: Pick<PcapRecord, 'linkType' | 'bytes'>): Dissected {
  const found: Dissected = { layers: [], words: `${bytes.length} bytes` }
  try {
    if (linkType === COOKED_V2) {
      add(found, 'Linux cooked v2', {
        protocol: hex16(bytes.readUInt16BE(0)),
        source: macText(bytes.subarray(12, 18)),
      })
      network(found, bytes.readUInt16BE(0), bytes.subarray(20))
    } else ethernet(found, bytes)
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown
    add(found, 'cut', { captured: `${bytes.length} bytes` })
  }
  return found
}

const hex16 = (value: number) => `0x${value.toString(16).padStart(4, '0')}`

function add({ layers }: Dissected, name: string, fields: Record<string, string | number>): void {
  layers.push({
    name,
    fields: Object.entries(fields).map(([field, value]) => ({ name: field, value: String(value) })),
  })
}

function ethernet(found: Dissected, bytes: Buffer): void {
  const [destination, source] = [macText(bytes.subarray(0, 6)), macText(bytes.subarray(6, 12))]
  const type = bytes.readUInt16BE(12)
  add(found, 'Ethernet', { source, destination, type: hex16(type) })
  found.words = `${source} > ${destination}, EtherType ${hex16(type)}`
  network(found, type, bytes.subarray(14))
}

function network(found: Dissected, type: number, bytes: Buffer): void {
  if (type === ETHERTYPE.vlan || type === ETHERTYPE.serviceVlan) {
    const tag = bytes.readUInt16BE(0)
    add(found, '802.1Q', { vid: tag & 0x0fff, pcp: tag >> 13, type: hex16(bytes.readUInt16BE(2)) })
    network(found, bytes.readUInt16BE(2), bytes.subarray(4))
  } else if (type === ETHERTYPE.arp) arp(found, bytes)
  else if (type === ETHERTYPE.ipv4) ipv4(found, bytes)
  else if (type === ETHERTYPE.ipv6) ipv6(found, bytes)
}

function arp(found: Dissected, bytes: Buffer): void {
  const operation = bytes.readUInt16BE(6)
  const [source, destination] = [addressText(bytes.subarray(14, 18)), addressText(bytes.subarray(24, 28))]
  const senderMac = macText(bytes.subarray(8, 14))
  const name = operation === 1 ? 'request' : operation === 2 ? 'reply' : String(operation)
  add(found, 'ARP', {
    operation: name,
    'sender MAC': senderMac,
    'sender IP': source,
    'target IP': destination,
  })
  found.words =
    operation === 2 ? `ARP ${source} is at ${senderMac}` : `ARP who has ${destination}, tell ${source}`
}

function ipv4(found: Dissected, bytes: Buffer): void {
  const headerBytes = (bytes.readUInt8(0) & 0x0f) * 4
  const [total, fragment, protocol] = [bytes.readUInt16BE(2), bytes.readUInt16BE(6), bytes.readUInt8(9)]
  const [source, destination] = [addressText(bytes.subarray(12, 16)), addressText(bytes.subarray(16, 20))]
  const flags = [fragment & 0x4000 ? 'DF' : '', fragment & 0x2000 ? 'MF' : ''].filter(Boolean).join(' ')
  const offset = (fragment & 0x1fff) * 8
  add(found, 'IPv4', {
    source,
    destination,
    ttl: bytes.readUInt8(8),
    protocol,
    'total length': total,
    id: hex16(bytes.readUInt16BE(4)),
    ...(flags && { flags }),
    ...(offset > 0 && { 'fragment offset': offset }),
  })
  found.words = `${source} > ${destination}, IP protocol ${protocol}`
  // A later fragment has no header of what it carries.
  if (offset === 0) transport(found, protocol, bytes.subarray(headerBytes), `${source} > ${destination}`)
  else found.words = `${source} > ${destination}, fragment at ${offset}`
}

function ipv6(found: Dissected, bytes: Buffer): void {
  const [source, destination] = [addressText(bytes.subarray(8, 24)), addressText(bytes.subarray(24, 40))]
  const next = bytes.readUInt8(6)
  add(found, 'IPv6', { source, destination, 'hop limit': bytes.readUInt8(7), 'next header': next })
  found.words = `${source} > ${destination}, next header ${next}`
  transport(found, next, bytes.subarray(40), `${source} > ${destination}`)
}

const ICMP_TYPES: Record<string, string> = {
  '1/0': 'echo reply',
  '1/3': 'destination unreachable',
  '1/8': 'echo request',
  '1/11': 'time exceeded',
  '58/2': 'packet too big',
  '58/128': 'echo request',
  '58/129': 'echo reply',
  '58/135': 'neighbour solicitation',
  '58/136': 'neighbour advertisement',
}
const TCP_FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG']

function transport(found: Dissected, protocol: number, bytes: Buffer, hosts: string): void {
  if (protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmp6) {
    const [type, code] = [bytes.readUInt8(0), bytes.readUInt8(1)]
    const name = ICMP_TYPES[`${protocol}/${type}`] ?? `type ${type}`
    const echo = name.startsWith('echo')
      ? { id: bytes.readUInt16BE(4), sequence: bytes.readUInt16BE(6) }
      : undefined
    add(found, protocol === PROTOCOL.icmp ? 'ICMP' : 'ICMPv6', { type: name, code, ...echo })
    found.words = `${hosts} ICMP ${name}${echo ? ` ${echo.sequence}` : ''}`
    return
  }
  if (protocol !== PROTOCOL.udp && protocol !== PROTOCOL.tcp) return
  const [from, to] = [bytes.readUInt16BE(0), bytes.readUInt16BE(2)]
  if (protocol === PROTOCOL.tcp) {
    const flags = TCP_FLAGS.filter((_, bit) => bytes.readUInt8(13) & (1 << bit)).join(' ')
    const numbers = { sequence: bytes.readUInt32BE(4), acknowledgement: bytes.readUInt32BE(8) }
    add(found, 'TCP', { 'source port': from, 'destination port': to, flags, ...numbers })
    found.words = `${hosts} TCP ${from} > ${to} ${flags}`
    return
  }
  add(found, 'UDP', { 'source port': from, 'destination port': to, length: bytes.readUInt16BE(4) })
  found.words = `${hosts} UDP ${from} > ${to}`
  // Once: a tunnel in a tunnel is none of OVN’s.
  if (to === GENEVE_PORT && found.vni === undefined) geneve(found, bytes.subarray(8))
}

/** RFC 8926, with OVN’s own option (ovn-architecture(7), Tunnel Encapsulations). */
function geneve(found: Dissected, bytes: Buffer): void {
  const optionsEnd = 8 + (bytes.readUInt8(0) & 0x3f) * 4
  const vni = bytes.readUIntBE(4, 3)
  const options = bytes.subarray(8, optionsEnd)
  const isOvns = options.length >= 8 && options.readUInt16BE(0) === 0x0102 && options.readUInt8(2) === 0x80
  add(found, 'Geneve', {
    vni,
    protocol: hex16(bytes.readUInt16BE(2)),
    ...(isOvns && {
      'ingress port': options.readUInt16BE(4) & 0x7fff,
      'egress port': options.readUInt16BE(6),
    }),
  })
  found.vni = vni
  if (bytes.readUInt16BE(2) === ETHERTYPE.ethernet) ethernet(found, bytes.subarray(optionsEnd))
}
