/** A MAC address as it is written (IEEE 802). */
export const macText = (bytes: Buffer): string => bytes.toString('hex').replace(/(..)(?=.)/g, '$1:')

/** An address of IPv4 or IPv6 as it is written, by its length. */
export const addressText = (bytes: Buffer): string => (bytes.length === 4 ? bytes.join('.') : ipv6Text(bytes))

/** RFC 5952: lower case, the longest run of zero groups (two at least) shortened. */
export function ipv6Text(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(at * 2).toString(16)).join(':')
  const [longest] = [...groups.matchAll(/\b0(?::0)+\b/g)].sort(([a], [b]) => b.length - a.length)
  if (!longest) return groups
  const before = groups.slice(0, longest.index)
  const after = groups.slice(longest.index + longest[0].length)
  return `${before.replace(/:$/, '')}::${after.replace(/^:/, '')}`
}
