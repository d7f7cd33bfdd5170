import { canonicalInet6 } from '../../harness/core/inet6.ts'
import { isInPrefix } from '../../harness/core/prefix.ts'
import type { HeardPacket, PingSeen } from '../../harness/look/evidence.ts'
import { addressesOf, type Joint, jointsOf, switchesWith } from '../../harness/look/joints.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { LogicalRouterPort } from '../../harness/ovsdb/tables.ts'
import type { End } from './hop.ts'
import type { Outward } from './outward.ts'
import type { Post, Route } from './route.ts'
import type { Station } from './stations.ts'

/** The side of a routed path that an end is on: where its switch is joined to routers of OVN. */
export interface Side {
  joints: Joint[]
  /** What the kernel of the end takes for its gateway; looked at only where a ping was lost. */
  gateway?: string
}

/** A path that changes the subnet: its packets leave one switch through a router of OVN and enter another one. */
export interface Routed {
  from: Side
  /** Absent where the path ends at the router itself. */
  to?: Side
  /**
   * Further MACs that its packets may bear between two nodes: those of other routers on the way, and those that chassis put in the
   * place of a router's on a physical network (ovn-controller(8), ovn-chassis-mac-mappings).
   */
  between?: string[]
}

/** Whether routers have to join two ends: neither subnet holds the other's address, and no switch holds both ports. */
export async function routedBetween(lab: Lab, from: End, to: End | undefined): Promise<Routed | undefined> {
  if (!to || (isNear(from, to.address) && isNear(to, from.address))) return undefined
  const northbound = await unlessBlind(lab.northbound())
  if (!northbound) return undefined
  const [here, there] = [from, to].map(({ logicalPort }) => switchesWith(northbound, logicalPort)) as [
    ReturnType<typeof switchesWith>,
    ReturnType<typeof switchesWith>,
  ]
  if (here.some(one => there.includes(one))) return undefined
  // Of IPv6 only two switches tell that there is a router between them.
  if (to.address.includes(':') && (here.length === 0 || there.length === 0)) return undefined
  const sides = {
    from: { joints: jointsOf(northbound, here) },
    to: { joints: jointsOf(northbound, there) },
  }
  const between = [
    ...(routersBetween(sides).length > 0 ? [] : northbound.routerPorts.map(({ mac }) => mac)),
    ...((await unlessBlind(lab.southbound()))?.chassis ?? []).flatMap(
      ({ other_config }) => other_config['ovn-chassis-mac-mappings']?.match(MAC) ?? [],
    ),
  ].map(mac => mac.toLowerCase())
  return { ...sides, ...(between.length > 0 && { between }) }
}

const MAC = /\b[\da-f]{2}(?::[\da-f]{2}){5}\b/gi

/** The path to a gateway of an end, which OVN itself is to answer. */
export async function toGateway(lab: Lab, from: End, gateway: string): Promise<Routed> {
  const northbound = await lab.northbound()
  return { from: { joints: jointsOf(northbound, switchesWith(northbound, from.logicalPort)), gateway } }
}

/** Whether an address is in the subnet of an end. */
export const isNear = ({ address, prefixLength }: End, other: string): boolean => {
  const subnet = `${address}/${prefixLength}`
  return isInPrefix(other, subnet)
}

/** The same path, where its ping was not answered, with what each end takes for its gateway. */
export async function withGateways(lab: Lab, route: Route, { received }: PingSeen): Promise<Route> {
  const { routed, from, to, address, outward } = route
  if (!routed || (!outward && !(routed.to && to)) || received > 0) return route
  const gatewayOf = async (end: End | undefined, peer: string) => {
    if (!end || !lab.nodes.includes(end.node)) return {}
    const asked = [{ to: peer, from: end.address }]
    const gateway = (await unlessBlind(lab.stack(end.node, end.netns, asked)))?.routes[0]?.gateway
    return gateway === undefined ? {} : { gateway }
  }
  const [near, far] = await Promise.all([gatewayOf(from, address), gatewayOf(to, from.address)])
  return {
    ...route,
    routed: {
      ...routed,
      from: { ...routed.from, ...near },
      ...(routed.to && { to: { ...routed.to, ...far } }),
    },
  }
}

/** The side that an end is on. */
export const sideOf = ({ routed, from }: Route, end: End): Side | undefined =>
  end === from || end.address === from.address ? routed?.from : routed?.to

/** The post where the packets of one direction are as their sender made them. */
export const sentAt = ({ posts, to, gate }: Route, direction: Station['direction']): Post | undefined =>
  direction === 'request' ? posts[0] : (to ?? gate) ? posts.at(-1) : undefined

/** The MACs that a packet of the path may bear at a station; undefined where nobody knows them, as of a machine outside. */
export function macsAt(
  route: Route,
  { post, direction }: Pick<Station, 'post' | 'direction'>,
): { source: string[] | undefined; destination: string[] | undefined } {
  const { from, routed, outward, isTakenByOvn } = route
  const to = route.to ?? route.gate
  if (outward && routed) return macsOutward(route, routed, outward, { post, direction })
  const [sender, receiver] = direction === 'request' ? [from, to] : [to, from]
  const ofEnd = (end: End | undefined) => end && [end.mac]
  if (!routed) return { source: ofEnd(sender), destination: ofEnd(receiver) }
  // Who answers may be on the sender's own switch, and so may who is asked for an address in its subnet.
  if (isTakenByOvn && direction === 'reply') return { source: undefined, destination: ofEnd(receiver) }
  if (isTakenByOvn && isNear(from, route.address)) return { source: ofEnd(sender), destination: undefined }
  const [near, far] = direction === 'request' ? [routed.from, routed.to] : [routed.to, routed.from]
  if (sender && post === sentAt(route, direction))
    return { source: ofEnd(sender), destination: macsOn(near ?? routed.from) }
  const others = post.kind === 'exit' ? (routed.between ?? []) : []
  return {
    source: [...macsOn(far ?? routed.from), ...others],
    destination: receiver && [receiver.mac, ...others],
  }
}

/** Whether a packet bears the MACs that it must at a station; it does not where one of them is not known. */
export function bearsItsMacs(
  route: Route,
  station: Pick<Station, 'post' | 'direction'>,
  { sourceMac, destinationMac }: Pick<HeardPacket, 'sourceMac' | 'destinationMac'>,
): boolean {
  const { source, destination } = macsAt(route, station)
  return source?.includes(sourceMac) === true && destination?.includes(destinationMac) === true
}

/** Of a path that leaves OVN by a router it is known what passes between the end inside and the router, and outside by its port. */
function macsOutward(
  { from, to, posts }: Route,
  routed: Routed,
  outward: Outward,
  { post, direction }: Pick<Station, 'post' | 'direction'>,
): ReturnType<typeof macsAt> {
  const isSent = (direction === 'request') === (to === undefined)
  const ways = (sender: string[], receiver: string[] | undefined) =>
    isSent ? { source: sender, destination: receiver } : { source: receiver, destination: sender }
  if (post.kind === 'plug')
    return ways([(to ?? from).mac], macsOn(to ? (routed.to ?? routed.from) : routed.from))
  const isOutmost = post === (to ? posts[0] : posts.at(-1))
  return isOutmost ? ways([outward.mac], undefined) : { source: undefined, destination: undefined }
}

const macsOn = ({ joints }: Side) => joints.map(({ port }) => port.mac.toLowerCase())

/** The router port on a side that has an address. */
export const jointWith = (side: Side | undefined, address: string | undefined): Joint | undefined =>
  side?.joints.find(
    ({ port }) =>
      address !== undefined &&
      [...addressesOf(port), ...linkLocalsOf(port)].some(one => isInPrefix(address, one)),
  )

/** What a router port speaks by to its neighbours in IPv6 (RFC 4291, 2.5.6 and Appendix A): it is what a host that was advertised to takes for its gateway. */
export function linkLocalsOf({ mac, networks }: Pick<LogicalRouterPort, 'mac' | 'networks'>): string[] {
  const [first = 0, ...others] = mac.split(':').map(byte => Number.parseInt(byte, 16))
  const bytes = [first ^ 2, ...others.slice(0, 2), 0xff, 0xfe, ...others.slice(2)]
  const hex = bytes.map(byte => byte.toString(16).padStart(2, '0')).join('')
  return [`fe80::${hex.match(/..../g)?.join(':')}`, ...networks.map(network => network.split('/')[0]!)]
    .map(address => canonicalInet6(address) ?? '')
    .filter(address => isInPrefix(address, 'fe80::/10'))
}

/** The names of the routers between two ends where each of them is joined to both switches: the TTL falls by one. */
export function routersBetween({ from, to }: Routed): string[] {
  const names = ({ joints }: Side) => new Set(joints.map(({ router }) => router?.name ?? ''))
  if (!to) return []
  const [near, far] = [names(from), names(to)]
  const isSame = near.size === far.size && [...near].every(name => far.has(name))
  return isSame ? [...near].sort() : []
}
