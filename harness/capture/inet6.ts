/** RFC 5952: lower case, the longest run of zero groups (two at least) shortened. */
export function inet6Text(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(at * 2).toString(16)).join(':')
  const [longest] = [...groups.matchAll(/\b0(?::0)+\b/g)].sort(([a], [b]) => b.length - a.length)
  if (!longest) return groups
  const before = groups.slice(0, longest.index)
  const after = groups.slice(longest.index + longest[0].length)
  return `${before.replace(/:$/, '')}::${after.replace(/^:/, '')}`
}

/** The sixteen bytes of an IPv6 address in any form RFC 4291 has, but for those with a dotted end. */
export function inet6Bytes(address: string): Buffer {
  const [head = '', tail] = address.split('::')
  const groups = (part: string) => (part === '' ? [] : part.split(':'))
  const [before, after] = [groups(head), groups(tail ?? '')]
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length
  const all = [...before, ...Array.from({ length: zeros }, () => '0'), ...after]
  return Buffer.from(all.map(group => group.padStart(4, '0')).join(''), 'hex')
}
