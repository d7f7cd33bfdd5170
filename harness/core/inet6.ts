import { isIPv6 } from 'node:net'

/** An IPv6 address as RFC 5952 writes it; undefined where it is none. */
export const canonicalInet6 = (address: string): string | undefined =>
  isIPv6(address) && !address.includes('%')
    ? new URL(`http://[${address}]/`).hostname.slice(1, -1)
    : undefined

/** An IPv6 address with the length of its prefix, written in the one way there is; anything else as it is, in lower case. */
export function canonicalNetwork(network: string): string {
  const [address = '', length] = network.split('/')
  const written = canonicalInet6(address)
  return written === undefined || length === undefined ? network.toLowerCase() : `${written}/${length}`
}
