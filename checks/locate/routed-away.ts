import { isInPrefix } from '../../harness/core/prefix.ts'
import { text } from '../../harness/core/text.ts'
import { routersWith } from '../../harness/look/joints.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { type End, stackName } from '../route/hop.ts'
import { lengthOf, portsNear, routesFor } from '../state/has-way-out.ts'

/**
 * The router with an address has a route that is narrower than the subnet of its own port which an end is on, so it sends what
 * is for the end away (ovn-northd(8), IP Routing).
 */
export async function routedAway(
  lab: Lab,
  gateway: string,
  end: Pick<End, 'node' | 'netns' | 'address'>,
  peer: string,
): Promise<BrokenLink | undefined> {
  const northbound = await lab.northbound()
  for (const { router } of routersWith(northbound, gateway)) {
    const own = portsNear(northbound, router, end.address).flatMap(({ name, networks }) =>
      networks.filter(network => isInPrefix(end.address, network)).map(network => ({ name, network })),
    )
    const narrowest = Math.max(-1, ...own.map(({ network }) => Number(network.split('/')[1] ?? 32)))
    const [route] = routesFor(northbound, router, { host: peer, foreign: end.address })
    const [port] = own
    if (!port || !route || lengthOf(route) <= narrowest) continue
    return {
      where: 'OVN_Northbound · Logical_Router_Static_Route · ip_prefix',
      saw: text(
        `${router.name} sends what is for ${stackName(end as End)} by its route ${route.ip_prefix} via ${route.nexthop}, which is narrower than ${port.network}, the subnet of ${port.name}`,
        `${router.name} 把給 ${stackName(end as End)} 的封包用路由 ${route.ip_prefix} via ${route.nexthop} 送走，因為它比 ${port.name} 的網段 ${port.network} 還小`,
      ),
      tryThis: `sudo ovn-nbctl lr-route-list ${router.name}`,
    }
  }
  return undefined
}
