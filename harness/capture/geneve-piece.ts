import { ETHERTYPE, GENEVE_PORT, ipv4, PROTOCOL } from './decode.ts'
import type { PcapRecord } from './pcap.ts'

const [ETHERNET_BYTES, UDP_BYTES, GENEVE_BYTES] = [14, 8, 8]
/** Of flags and offset, what says that a datagram is a later piece (RFC 791). */
const OFFSET = 0x1fff

/**
 * Whether a frame is Geneve with a later piece of an ICMP message in it: `decode` finds no echo there, since only the first
 * piece has a head, but it is inside the tunnel all the same. Never throws, whatever the bytes.
 */
export function isPieceInGeneve({ linkType, bytes }: PcapRecord): boolean {
  try {
    if (linkType !== 1 || bytes.readUInt16BE(12) !== ETHERTYPE.ipv4) return false
    const outer = ipv4(bytes.subarray(ETHERNET_BYTES))
    if (outer?.protocol !== PROTOCOL.udp || outer.bytes.readUInt16BE(2) !== GENEVE_PORT) return false
    const geneve = outer.bytes.subarray(UDP_BYTES)
    const [versionAndLength, carries] = [geneve.readUInt8(0), geneve.readUInt16BE(2)]
    if (versionAndLength >> 6 !== 0 || carries !== ETHERTYPE.ethernet) return false
    const inner = geneve.subarray(GENEVE_BYTES + 4 * (versionAndLength & 0x3f))
    const ip = inner.subarray(ETHERNET_BYTES)
    return (
      inner.readUInt16BE(12) === ETHERTYPE.ipv4 &&
      ip.readUInt8(9) === PROTOCOL.icmp &&
      (ip.readUInt16BE(6) & OFFSET) !== 0
    )
  } catch (thrown) {
    if (thrown instanceof RangeError) return false
    throw thrown
  }
}
