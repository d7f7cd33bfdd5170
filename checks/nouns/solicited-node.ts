/** The group of hosts that a question for an address of IPv6 goes to: those whose addresses end alike (RFC 2464, RFC 4291, 2.7.1). */
export function solicitedNode(address: string): { address: string; mac: string } {
  const [second = '', last = ''] = address
    .replace(/^.*::$/, '0:0')
    .split(':')
    .slice(-2)
  const [group, ...rest] = `${second.padStart(4, '0')}${last.padStart(4, '0')}`.slice(2).match(/../g) ?? []
  return { address: `ff02::1:ff${group}:${rest.join('')}`, mac: `33:33:ff:${[group, ...rest].join(':')}` }
}
