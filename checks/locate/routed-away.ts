import { isInPrefix } from '../../harness/core/prefix.ts'
import { same, text } from '../../harness/core/text.ts'
import { jointsOf, routersWith, switchesWith } from '../../harness/look/joints.ts'
import type { Lab, Northbound } from '../../harness/look/lab.ts'
import type { LogicalRouter } from '../../harness/ovsdb/tables.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { type End, stackName } from '../route/hop.ts'
import { lengthOf, portsNear, routesFor } from '../state/has-way-out.ts'

type Inside = Pick<End, 'node' | 'netns' | 'address' | 'logicalPort'>
interface Near {
  name: string
  network: string
}

const bitsOf = (network: string) => Number(network.split('/')[1] ?? 32)

/**
 * The router with an address sends what is for an end away: by a route that is narrower than the subnet of its own port which
 * the end is on, or by another port of it, whose subnet holds the end's address as well (ovn-northd(8), IP Routing).
 */
export async function routedAway(
  lab: Lab,
  gateway: string,
  end: Inside,
  peer: string,
): Promise<BrokenLink | undefined> {
  const northbound = await lab.northbound()
  const joints = jointsOf(northbound, switchesWith(northbound, end.logicalPort))
  for (const { router } of routersWith(northbound, gateway)) {
    const near = nearOf(northbound, router, end.address)
    const isIts = ({ name }: Near) => joints.some(({ port }) => port.name === name)
    const overlap = overlapIn(near, isIts)
    if (overlap) return overlapped(router.name, stackName(end as End), end.address, overlap)
    const narrowest = Math.max(-1, ...near.map(({ network }) => bitsOf(network)))
    // One by the end itself leads to the end, as its subnet does; beside it there may be another of the same prefix (ECMP).
    const [route] = routesFor(northbound, router, { host: peer, foreign: end.address }).filter(
      ({ nexthop }) => nexthop !== end.address,
    )
    const [port] = near
    if (!port || !route || lengthOf(route) <= narrowest) continue
    // By the source of a packet (ovn-nb(5), policy).
    const isBySource = route.policy[0] === 'src-ip'
    const prefix = isBySource
      ? text(`for packets from ${route.ip_prefix}`, `（來源 ${route.ip_prefix}）`)
      : same(route.ip_prefix)
    // In place of an address, what drops all that takes this route (ovn-nb(5), nexthop).
    const way = route.nexthop === 'discard' ? 'discard' : `via ${route.nexthop}`
    return {
      where: 'OVN_Northbound · Logical_Router_Static_Route · ip_prefix',
      saw: text(
        `${router.name} sends what is for ${stackName(end as End)} by its route ${prefix.en} ${way}, which is narrower than ${port.network}, the subnet of ${port.name}`,
        `${router.name} 把給 ${stackName(end as End)} 的封包用路由 ${prefix['zh-TW']} ${way} 送走，因為它比 ${port.name} 的網段 ${port.network} 還小`,
      ),
      tryThis: `sudo ovn-nbctl lr-route-list ${router.name}`,
      cause: 'static-route',
    }
  }
  return undefined
}

/**
 * Another port of the router with an outer address has a network that holds the next hop, or whoever is to be reached on the outer
 * subnet, as well: the router looks for it there.
 */
export async function nextHopAway(lab: Lab, outer: string, hop: string): Promise<BrokenLink | undefined> {
  const northbound = await lab.northbound()
  for (const { router, port } of routersWith(northbound, outer)) {
    const overlap = overlapIn(nearOf(northbound, router, hop), ({ name }) => name === port.name)
    if (overlap) return overlapped(router.name, hop, hop, overlap)
  }
  return undefined
}

/** The router's ports, by network, that hold an address. */
const nearOf = (northbound: Northbound, router: LogicalRouter, address: string): Near[] =>
  portsNear(northbound, router, address).flatMap(({ name, networks }) =>
    networks.filter(network => isInPrefix(address, network)).map((network): Near => ({ name, network })),
  )

interface Overlap {
  own: Near
  beside: Near
}

/** The network that is meant, and one of another port that is not wider: the router takes the narrower. */
function overlapIn(near: Near[], isIts: (one: Near) => boolean): Overlap | undefined {
  const own = near.find(isIts)
  const beside = own && near.find(one => !isIts(one) && bitsOf(one.network) >= bitsOf(own.network))
  return own && beside && { own, beside }
}

function overlapped(router: string, name: string, address: string, { own, beside }: Overlap): BrokenLink {
  const isNarrower = bitsOf(beside.network) > bitsOf(own.network)
  return {
    where: 'OVN_Northbound · Logical_Router_Port · networks',
    saw: isNarrower
      ? text(
          `${router} sends what is for ${name} out by ${beside.name}, whose network ${beside.network} holds ${address} and is narrower than ${own.network}, that of ${own.name}`,
          `${router} 把給 ${name} 的封包從 ${beside.name} 送出，因為它的網段 ${beside.network} 也包含 ${address}，又比 ${own.name} 的 ${own.network} 還小`,
        )
      : text(
          `${router} has ${address} in the networks of two ports, ${own.network} of ${own.name} and ${beside.network} of ${beside.name}, and which of them it uses for ${name} is left open`,
          `${router} 有兩個 port 的網段都包含 ${address}：${own.name} 的 ${own.network} 和 ${beside.name} 的 ${beside.network}，給 ${name} 的封包會走哪一個並不一定`,
        ),
    row: `Logical_Router_Port ${beside.name}`,
    tryThis: `sudo ovn-nbctl --columns=name,networks list Logical_Router_Port`,
  }
}
