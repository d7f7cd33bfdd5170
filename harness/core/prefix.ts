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

const numberOf = (address: string) => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)

/** Whether an IPv4 prefix stands for a subnet, and not for one host in it: it has host bits, and none is set. */
export function isSubnet(prefix: string): boolean {
  const [base = '', length = ''] = prefix.split('/')
  if (!isIPv4(base) || !/^\d+$/.test(length) || Number(length) > 31) return false
  return numberOf(base) % 2 ** (32 - Number(length)) === 0
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
