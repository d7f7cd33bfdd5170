const octets = (address: string) => address.split('.').map(Number)

/** The 32 bits of an IPv4 address; undefined where it is none. */
function bitsOf(address: string): number | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(address)) return undefined
  return octets(address).reduce((bits, octet) => bits * 256 + octet, 0)
}

/** The length of a prefix such as 192.168.10.0/24; 32 for a single address, 0 for `default`. */
export const lengthOf = (range: string): number =>
  range === 'default' ? 0 : Number(range.split('/')[1] ?? 32)

/** Whether an IPv4 address is in a prefix, is that address, or the prefix is `default`. */
export function isWithin(address: string, range: string): boolean {
  if (range === 'default') return true
  const [bits, base] = [bitsOf(address), bitsOf(range.split('/')[0] ?? '')]
  if (bits === undefined || base === undefined) return false
  const size = 2 ** (32 - lengthOf(range))
  return Math.floor(bits / size) === Math.floor(base / size)
}
