import { BlockList, isIPv6 } from 'node:net'

/** An IPv6 address as RFC 5952 writes it; undefined where it is none. */
export const canonicalInet6 = (address: string): string | undefined =>
  isIPv6(address) && !address.includes('%')
    ? new URL(`http://[${address}]/`).hostname.slice(1, -1)
    : undefined

/** Whether an IPv6 address is in a prefix such as `2001:db8::/64`, whose host bits may be set; false where either is not of IPv6. */
export function isInInet6Prefix(address: string, prefix: string): boolean {
  const [base = '', length = '128'] = prefix.split('/')
  if (!isIPv6(address) || !isIPv6(base) || !/^\d+$/.test(length) || Number(length) > 128) return false
  const list = new BlockList()
  list.addSubnet(base, Number(length), 'ipv6')
  return list.check(address, 'ipv6')
}

/** An IPv6 address with the length of its prefix, written in the one way there is; anything else as it is, in lower case. */
export function canonicalNetwork(network: string): string {
  const [address = '', length] = network.split('/')
  const written = canonicalInet6(address)
  return written === undefined || length === undefined ? network.toLowerCase() : `${written}/${length}`
}
