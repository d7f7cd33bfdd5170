import type { AdvertisedPrefix, RouterMessage } from '../look/autoconf.ts'
import { inet6Bytes, inet6Text } from './inet6.ts'

/** Router Solicitations and Router Advertisements (RFC 4861, sections 4.1, 4.2 and 4.6). */

const TYPE = { solicitation: 133, advertisement: 134 }
const OPTION = { sourceLinkAddress: 1, prefix: 3 }
const ICMP6 = 58
/** So high that it cannot have crossed a router. */
const HOP_LIMIT = 255
const ALL_ROUTERS = 'ff02::2'
const HEAD_BYTES = 40
const FOR_EVER = 0xff_ff_ff_ff

/** The start of an IPv6 packet in a frame that carries one of them, up to its addresses: a pattern of Perl and of JavaScript. */
const START = '\\x86\\xdd[\\x60-\\x6f].{5}\\x3a\\xff'

/** Finds both messages, and an advertisement for this address alone, in the bytes of a frame (perlre(1)). */
export const ROUTER_MESSAGE = `${START}.{32}[\\x85\\x86]\\x00`
export const answerTo = (address: string): string =>
  `${START}.{16}${inet6Bytes(address).toString('hex').replace(/../g, '\\x$&')}\\x86\\x00`

const bytesOf = (mac: string) => Buffer.from(mac.replaceAll(':', ''), 'hex')

/** The frame a link asks with for routers, from an address. */
export function solicitFrame(mac: string, from: string): Buffer {
  const icmp = Buffer.concat([
    Buffer.from([TYPE.solicitation, 0, 0, 0, 0, 0, 0, 0, OPTION.sourceLinkAddress, 1]),
    bytesOf(mac),
  ])
  const addresses = Buffer.concat([inet6Bytes(from), inet6Bytes(ALL_ROUTERS)])
  icmp.writeUInt16BE(
    checksum(Buffer.concat([addresses, Buffer.from([0, 0, 0, icmp.length, 0, 0, 0, ICMP6]), icmp])),
    2,
  )
  const head = Buffer.from([0x60, 0, 0, 0, 0, icmp.length, ICMP6, HOP_LIMIT])
  return Buffer.concat([
    Buffer.from('333300000002', 'hex'),
    bytesOf(mac),
    Buffer.from('86dd', 'hex'),
    head,
    addresses,
    icmp,
  ])
}

/** RFC 1071. */
function checksum(bytes: Buffer): number {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

const PATTERN = new RegExp(ROUTER_MESSAGE, 's')

/** The message in a frame, whatever it is wrapped in; undefined where there is none. */
export function routerMessageIn(frame: Buffer): RouterMessage | undefined {
  const found = PATTERN.exec(frame.toString('latin1'))
  if (!found) return undefined
  const start = found.index + 2
  const length = frame.readUInt16BE(start + 4)
  const icmp = frame.subarray(start + HEAD_BYTES, start + HEAD_BYTES + length)
  const isAdvertisement = icmp[0] === TYPE.advertisement
  if (isAdvertisement && icmp.length < 16) return undefined
  return {
    message: isAdvertisement ? 'advertisement' : 'solicitation',
    sourceMac: [...frame.subarray(6, 12)].map(byte => byte.toString(16).padStart(2, '0')).join(':'),
    source: inet6Text(frame.subarray(start + 8, start + 24)),
    destination: inet6Text(frame.subarray(start + 24, start + HEAD_BYTES)),
    ...(isAdvertisement && {
      lifetimeSeconds: icmp.readUInt16BE(6),
      isManaged: (icmp[5]! & 0x80) !== 0,
      prefixes: prefixesIn(icmp.subarray(16)),
    }),
  }
}

function prefixesIn(bytes: Buffer): AdvertisedPrefix[] {
  const found: AdvertisedPrefix[] = []
  // The length of an option counts groups of eight bytes; none is 0 (RFC 4861, section 4.6).
  for (let at = 0; at + 8 <= bytes.length && bytes[at + 1]! > 0; at += bytes[at + 1]! * 8) {
    const option = bytes.subarray(at, at + 32)
    if (option[0] !== OPTION.prefix || option.length < 32) continue
    const validSeconds = option.readUInt32BE(4)
    found.push({
      prefix: `${inet6Text(option.subarray(16, 32))}/${option[2]}`,
      isAutonomous: (option[3]! & 0x40) !== 0,
      ...(validSeconds !== FOR_EVER && { validSeconds }),
    })
  }
  return found
}
