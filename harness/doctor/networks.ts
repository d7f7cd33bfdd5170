import { isIPv4 } from 'node:net'
import { isInPrefix } from '../core/prefix.ts'
import { linksOf, type Topology } from '../topology/topology.ts'
import type { Facts } from './facts.ts'

/** The networks the virtual machines share with this computer: all but the one Vagrant has for itself. */
const networksOf = (topology: Topology) =>
  linksOf(topology)
    .filter(({ role }) => role !== 'management')
    .map(({ subnet }) => subnet)

/** A link of this computer, or a route of its, that has one of the lab's networks already. */
export interface Clash {
  network: string
  link: string
  /** The address on that link, or the network the route leads to. */
  by: string
  isRoute: boolean
}

/**
 * MAC addresses that hypervisors give to the links they make on this computer for machines of theirs (VirtualBox,
 * VMware, Parallels, libvirt), and macOS's name for such links. On Windows they are called like any other.
 */
const OWN_MACS = /^(0a:00:27|00:50:56|00:1c:42|52:54:00)/
const OWN_NAMES = /^bridge1\d\d$/

/** What on this computer uses a network of the lab; a link that an earlier `up` of the lab made does not count. */
export function clashes({
  addresses,
  routes,
  topology,
}: Pick<Facts, 'addresses' | 'routes' | 'topology'>): Clash[] {
  const networks = networksOf(topology)
  const isOwn = ({ link, cidr, mac }: Facts['addresses'][number]) =>
    (OWN_MACS.test(mac) || OWN_NAMES.test(link)) &&
    networks.some(network => cidr === network.replace('.0/24', '.1/24'))
  const own = new Set(addresses.filter(isOwn).map(({ link }) => link))
  const found = networks.flatMap(network => [
    ...addresses
      // A wider network of a link counts too: the lab would hide some of its machines.
      .filter(({ link, cidr }) => !own.has(link) && (within(cidr, network) || within(network, cidr)))
      .map(({ link, cidr }) => ({ network, link, by: cidr, isRoute: false })),
    ...routes
      // A wider route does not: the lab's network is the nearer one.
      .filter(route => !own.has(route.link) && within(route.network, network))
      .map(route => ({ network, link: route.link, by: route.network, isRoute: true })),
  ])
  return found.filter(
    (one, index) =>
      found.findIndex(({ network, link }) => network === one.network && link === one.link) === index,
  )
}

/** Whether the network `inner` is `outer` or a part of it. Both are `address/length`. */
export function within(inner: string, outer: string): boolean {
  const [address = '', length] = inner.split('/')
  return isInPrefix(address, outer) && Number(length) >= Number(outer.split('/')[1])
}

const numberOf = (address: string) => address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0)

/** Whether VirtualBox may put host-only links there, by its networks.conf (VirtualBox manual, Host-Only Networking). */
export function vboxAllows(network: string, networksConf: string | undefined): boolean {
  if (networksConf === undefined) return within(network, '192.168.56.0/21')
  return networksConf
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .filter(([star]) => star === '*')
    .some(([, ...ranges]) => ranges.some(range => within(network, range)))
}

/** Linux's /proc/net/route: hexadecimal numbers, the lowest byte of an address first. */
export const linuxRoutes = (table: string): Facts['routes'] =>
  table
    .split('\n')
    .slice(1)
    .map(line => line.split('\t'))
    .filter(columns => columns.length > 7)
    .map(([link = '', destination = '', , , , , , mask = '']) => ({
      link,
      network: `${address(destination)}/${bitsIn(Number.parseInt(mask, 16))}`,
    }))

const address = (hex: string) => [6, 4, 2, 0].map(at => Number.parseInt(hex.slice(at, at + 2), 16)).join('.')

const bitsIn = (number: number) => number.toString(2).replaceAll('0', '').length

/** macOS's `netstat -rn -f inet`, which leaves out trailing zeros: `192.168.10` is 192.168.10.0/24. */
export const macRoutes = (table: string): Facts['routes'] =>
  table.split('\n').flatMap(line => {
    const [destination = '', , , link = ''] = line.trim().split(/\s+/)
    const [given = '', length] = destination.split('/')
    const bytes = given.split('.')
    if (!/^[\d.]+$/.test(given) || bytes.length > 4) return []
    const whole = [...bytes, '0', '0', '0'].slice(0, 4).join('.')
    return [{ link, network: `${whole}/${length ?? bytes.length * 8}` }]
  })

/** Windows's `route print -4`, whose words are translated but whose columns are not. */
export const windowsRoutes = (table: string, addresses: Facts['addresses']): Facts['routes'] =>
  table.split('\n').flatMap(line => {
    const [destination = '', mask = '', ...rest] = line.trim().split(/\s+/)
    if (!isIPv4(destination) || !isIPv4(mask)) return []
    // The gateway may be words (`On-link`, two in German); the interface is the last address of the line.
    const through = rest.findLast(word => isIPv4(word)) ?? ''
    const link = addresses.find(({ cidr }) => cidr.startsWith(`${through}/`))?.link ?? through
    return [{ link, network: `${destination}/${bitsIn(numberOf(mask))}` }]
  })
