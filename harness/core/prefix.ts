import { BlockList, isIP, isIPv4 } from 'node:net'

/**
 * Whether an address is in a prefix such as `192.168.10.0/24` or `2001:db8::/64`, whose host bits may be set; without a length
 * the prefix is that one address. False where they are not of one family (RFC 4632, section 3.1; RFC 4291, section 2.3).
 */
export function isInPrefix(address: string, prefix: string): boolean {
  const family = isIP(address)
  const bits = family === 4 ? 32 : 128
  const [base = '', length = `${bits}`] = prefix.split('/')
  if (family === 0 || isIP(base) !== family || !/^\d+$/.test(length) || Number(length) > bits) return false
  const list = new BlockList()
  list.addSubnet(base, Number(length), family === 4 ? 'ipv4' : 'ipv6')
  return list.check(address, family === 4 ? 'ipv4' : 'ipv6')
}

/** An IPv4 address as the number that its 32 bits are. */
export const numberOf = (address: string) =>
  address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)

/** Whether an IPv4 prefix stands for a subnet, and not for one host in it: it has host bits, and none is set. */
export function isSubnet(prefix: string): boolean {
  const [base = '', length = ''] = prefix.split('/')
  if (!isIPv4(base) || !/^\d+$/.test(length) || Number(length) > 31) return false
  return numberOf(base) % 2 ** (32 - Number(length)) === 0
}

interface Span {
  base: number
  length: number
}

/** An IPv4 prefix by the number that it begins with; undefined where it is none. A mask may stand for the length (255.255.0.0). */
function spanOf(prefix: string): Span | undefined {
  const [address = '', told = '32'] = prefix.split('/')
  const length = isIPv4(told)
    ? 32 - Math.log2(2 ** 32 - numberOf(told))
    : /^\d+$/.test(told)
      ? Number(told)
      : 33
  if (!isIPv4(address) || !Number.isInteger(length) || length > 32) return undefined
  const size = 2 ** (32 - length)
  return { base: Math.floor(numberOf(address) / size) * size, length }
}

/** The IPv4 address of such a number, as it is written. */
export const dotted = (number: number) =>
  [24, 16, 8, 0].map(bits => Math.floor(number / 2 ** bits) % 256).join('.')

const sizeOf = ({ length }: Pick<Span, 'length'>) => 2 ** (32 - length)

const holds = (one: Span, other: Span): boolean =>
  one.length <= other.length && Math.floor(other.base / sizeOf(one)) * sizeOf(one) === one.base

/**
 * What other IPv4 prefixes leave of one, as prefixes: none where they hold all of it. Those that are no prefixes, with a mask
 * that has holes say, hold nothing.
 */
export function without(prefix: string, others: string[]): string[] {
  const spans = others.flatMap(one => spanOf(one) ?? [])
  const left = (whole: Span): string[] => {
    if (spans.some(one => holds(one, whole))) return []
    if (!spans.some(one => holds(whole, one))) return [`${dotted(whole.base)}/${whole.length}`]
    const length = whole.length + 1
    return [whole.base, whole.base + sizeOf({ length })].flatMap(base => left({ base, length }))
  }
  const own = spanOf(prefix)
  return own ? left(own) : []
}

/** Whether two IPv4 prefixes have an address in common. */
export function overlap(one: string, other: string): boolean {
  const [first, second] = [spanOf(one), spanOf(other)]
  return first !== undefined && second !== undefined && (holds(first, second) || holds(second, first))
}

/** Addresses that no packet on a network is sent to as one machine's: this host, loopback, groups, everybody (RFC 6890, RFC 5771). */
const NOBODYS = ['0.0.0.0/8', '127.0.0.0/8', '224.0.0.0/3']

/** Whether an address is one machine's to have, as seen from a host with these prefixes: neither special, nor all of a subnet. */
export function isOneMachines(address: string, own: string[]): boolean {
  if (!isIPv4(address)) return !/^(::1?|ff.*)$/i.test(address)
  const isWhole = own.some(prefix => {
    const [base = '', length = '32'] = prefix.split('/')
    const size = 2 ** (32 - Number(length))
    return isInPrefix(address, prefix) && isIPv4(base) && size > 2 && (numberOf(address) + 1) % size <= 1
  })
  return !isWhole && !NOBODYS.some(prefix => isInPrefix(address, prefix))
}
