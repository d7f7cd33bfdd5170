import type { DhcpMessage } from '../look/dhcp.ts'

/** A DISCOVER, and what belongs to it (RFC 2131, section 2; RFC 2132). */

const HEADER_BYTES = 236
const COOKIE = Buffer.from('63825363', 'hex')
/** RFC 1542, section 2.1: shorter ones are dropped by some. */
const LEAST_BYTES = 300
const MESSAGES = ['discover', 'offer', 'request', 'decline', 'ack', 'nak', 'release', 'inform']
const OPTION = { router: 3, leaseTime: 51, messageType: 53, serverId: 54, end: 255 }

const bytesOf = (mac: string) => Buffer.from(mac.replaceAll(':', ''), 'hex')

/** The frame that a link without an address asks with; a server is asked to answer by broadcast. */
export function discoverFrame(mac: string, xid: Buffer): Buffer {
  const bootp = Buffer.alloc(HEADER_BYTES)
  bootp.set([1, 1, 6, 0])
  bootp.set(xid, 4)
  bootp.writeUInt16BE(0x8000, 10)
  bootp.set(bytesOf(mac), 28)
  const wanted = [1, OPTION.router, OPTION.leaseTime, OPTION.serverId]
  const options = Buffer.from([OPTION.messageType, 1, 1, 55, wanted.length, ...wanted, OPTION.end])
  const asked = Buffer.concat([bootp, COOKIE, options])
  const payload = Buffer.concat([asked, Buffer.alloc(LEAST_BYTES - asked.length)])
  const udp = Buffer.alloc(8)
  udp.writeUInt16BE(68, 0)
  udp.writeUInt16BE(67, 2)
  udp.writeUInt16BE(udp.length + payload.length, 4)
  const ip = Buffer.from('45000000000000004011000000000000ffffffff', 'hex')
  ip.writeUInt16BE(ip.length + udp.length + payload.length, 2)
  ip.writeUInt16BE(checksum(ip), 10)
  return Buffer.concat([Buffer.alloc(6, 0xff), bytesOf(mac), Buffer.from('0800', 'hex'), ip, udp, payload])
}

/** RFC 1071. */
function checksum(bytes: Buffer): number {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

/** The message of this exchange in a frame, whatever it is wrapped in; undefined where there is none. */
export function dhcpIn(frame: Buffer, mac: string, xid: Buffer): DhcpMessage | undefined {
  const start = frame.indexOf(xid) - 4
  // Ethernet, IPv4 and UDP stand before it.
  if (start < 42 || frame.length < start + HEADER_BYTES + COOKIE.length) return undefined
  if (!frame.subarray(start + 28, start + 34).equals(bytesOf(mac))) return undefined
  const options = optionsIn(frame.subarray(start + HEADER_BYTES + COOKIE.length))
  const type = options.get(OPTION.messageType)?.[0]
  if (type === undefined) return undefined
  const [serverId] = addressesIn(options.get(OPTION.serverId))
  const lease = options.get(OPTION.leaseTime)
  return {
    message: MESSAGES[type - 1] ?? String(type),
    sourceMac: [...frame.subarray(6, 12)].map(byte => byte.toString(16).padStart(2, '0')).join(':'),
    source: [...frame.subarray(start - 16, start - 12)].join('.'),
    offered: [...frame.subarray(start + 16, start + 20)].join('.'),
    ...(serverId !== undefined && { serverId }),
    ...(lease?.length === 4 && { leaseSeconds: lease.readUInt32BE(0) }),
    routers: addressesIn(options.get(OPTION.router)),
  }
}

function optionsIn(bytes: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>()
  for (let at = 0; at < bytes.length && bytes[at] !== OPTION.end; ) {
    // Padding has no length.
    if (bytes[at] === 0) {
      at++
      continue
    }
    const length = bytes[at + 1] ?? 0
    found.set(bytes[at]!, bytes.subarray(at + 2, at + 2 + length))
    at += 2 + length
  }
  return found
}

const addressesIn = (bytes: Buffer | undefined): string[] =>
  Array.from({ length: Math.floor((bytes?.length ?? 0) / 4) }, (_, at) =>
    [...bytes!.subarray(4 * at, 4 * at + 4)].join('.'),
  )
