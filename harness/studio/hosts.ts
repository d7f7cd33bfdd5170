import { hostname, networkInterfaces } from 'node:os'

const LOOPBACK = ['127.0.0.1', 'localhost', '::1']
const EVERYWHERE = ['0.0.0.0', '::']

/** Whether only this computer reaches what listens there. */
export const isLoopback = (host: string): boolean => LOOPBACK.includes(host) || host.startsWith('127.')

/**
 * What may stand in Host for a server that listens there: names and addresses that are ours, and no others. Browsers leave out the
 * port that is usual for the scheme (RFC 9110 §4.2.1 and §4.2.2).
 */
export function hostsAt(host: string, port: number, isSecure: boolean): string[] {
  const others = EVERYWHERE.includes(host) ? [hostname(), ...ownAddresses()] : [host]
  const names = isLoopback(host) ? LOOPBACK : [...LOOPBACK, ...others]
  const own = names.map(name => bracketed(name.toLowerCase()))
  const isUsual = port === (isSecure ? 443 : 80)
  return [...own.map(name => `${name}:${port}`), ...(isUsual ? own : [])]
}

/** The name by which it is reached, for an address that is printed. */
export function nameToPrint(host: string): string {
  if (!EVERYWHERE.includes(host)) return bracketed(host)
  return bracketed(ownAddresses().find(address => !isLoopback(address)) ?? '127.0.0.1')
}

const bracketed = (name: string) => (name.includes(':') ? `[${name}]` : name)

/** IPv4 first; a link-local address would need a zone. */
const ownAddresses = (): string[] =>
  Object.values(networkInterfaces())
    .flatMap(all => all ?? [])
    .filter(({ address }) => !address.startsWith('fe80'))
    .sort((one, other) => one.family.localeCompare(other.family))
    .map(({ address }) => address)
