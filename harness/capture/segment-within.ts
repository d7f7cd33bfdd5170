import { PROTOCOL } from './decode.ts'

/** Where the addresses of an IPv4 packet stand in it: source, destination (RFC 791, section 3.1). */
const ADDRESSES_AT = [12, 16]

/**
 * Whether a frame holds a segment of TCP from or to an IPv4 address by one of these ports, at whatever place: in a tunnel of any
 * kind it is only moved. What is encrypted is not found.
 */
export function holdsSegment(bytes: Buffer, address: Buffer, ports: readonly number[]): boolean {
  for (let at = bytes.indexOf(address); at >= 0; at = bytes.indexOf(address, at + 1))
    if (ADDRESSES_AT.some(offset => at >= offset && isSegment(bytes.subarray(at - offset), ports)))
      return true
  return false
}

/** The bytes begin with an IPv4 packet that carries a segment by one of the ports. */
function isSegment(packet: Buffer, ports: readonly number[]): boolean {
  const head = (packet[0]! & 0x0f) * 4
  if (packet[0]! >> 4 !== 4 || head < 20 || packet[9] !== PROTOCOL.tcp || packet.length < head + 4)
    return false
  return [0, 2].some(offset => ports.includes(packet.readUInt16BE(head + offset)))
}
