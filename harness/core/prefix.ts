import { BlockList, isIPv4 } from 'node:net'

/**
 * Whether an IPv4 address is in a prefix such as `192.168.10.0/24`, whose host bits may be set; without a length the
 * prefix is that one address. False where either is not IPv4 (RFC 4632, section 3.1).
 */
export function isInPrefix(address: string, prefix: string): boolean {
  const [base = '', length = '32'] = prefix.split('/')
  if (!isIPv4(address) || !isIPv4(base) || !/^\d+$/.test(length) || Number(length) > 32) return false
  const list = new BlockList()
  list.addSubnet(base, Number(length), 'ipv4')
  return list.check(address, 'ipv4')
}
