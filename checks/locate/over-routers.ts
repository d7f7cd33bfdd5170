import { text } from '../../harness/core/text.ts'
import { type Joint, routersWith } from '../../harness/look/joints.ts'
import type { Lab, Northbound } from '../../harness/look/lab.ts'
import type { LogicalRouter } from '../../harness/ovsdb/tables.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { andThen, list } from '../nouns/phrases.ts'
import type { Route } from '../route/route.ts'
import { areJoined, type Way } from '../route/through-routers.ts'
import { idleRoute, portsNear, routesFor } from '../state/has-way-out.ts'

/** Whether a router has a route for what a host sends to another one, so that it relies on further routers. */
export const reliesOnOthers = (northbound: Northbound, { router }: Joint, way: Way): boolean =>
  router !== undefined && routesFor(northbound, router, way).length > 0

/**
 * Where routers of OVN hand a packet on to one another, the first that has no route for it, or whose next hop is no router that it
 * is joined to; undefined where the last one has the packet's destination in the subnet of a port (ovn-nb(5),
 * Logical_Router_Static_Route).
 */
export function notHandedOn(
  northbound: Northbound,
  router: LogicalRouter,
  way: Way,
  passed: LogicalRouter[] = [],
): BrokenLink | undefined {
  if (portsNear(northbound, router, way.foreign).length > 0 || passed.includes(router)) return undefined
  const routes = routesFor(northbound, router, way)
  const told = { tryThis: `sudo ovn-nbctl lr-route-list ${router.name}` }
  if (routes.length === 0) {
    const none = text(
      `${router.name} has no route for ${way.foreign}, which is in the subnet of none of its ports`,
      `${router.name} 沒有給 ${way.foreign} 的路由，這個位址也不在它任何一個 port 的網段裡`,
    )
    const idle = idleRoute(northbound, router, way)
    const unused =
      idle &&
      text(
        `its route for ${idle.route.ip_prefix} is not in use: ${idle.value.en}`,
        `它給 ${idle.route.ip_prefix} 的路由沒有在用：${idle.value['zh-TW']}`,
      )
    return {
      ...told,
      where: idle?.where ?? 'OVN_Northbound · Logical_Router · static_routes',
      saw: andThen(none, unused),
    }
  }
  for (const { nexthop, ip_prefix } of routes) {
    const sends = text(
      `${router.name} sends what is for ${way.foreign} to ${nexthop} (its route for ${ip_prefix})`,
      `${router.name} 把給 ${way.foreign} 的封包送往 ${nexthop}（${ip_prefix} 的路由）`,
    )
    const near = portsNear(northbound, router, nexthop)
    const owners = routersWith(northbound, nexthop).filter(one => one.router !== router)
    const next = owners.find(({ port }) => near.some(own => areJoined(northbound, own, port)))
    const found = next
      ? notHandedOn(northbound, next.router, way, [...passed, router])
      : owners[0] && near[0]
        ? {
            where: 'OVN_Northbound · Logical_Switch_Port · options:router-port',
            saw: text(
              `${sends.en}, which ${owners[0].port.name} of ${owners[0].router.name} has, but no switch joins that to ${list(near.map(({ name }) => name)).en}`,
              `${sends['zh-TW']}，這是 ${owners[0].router.name} 的 ${owners[0].port.name} 的位址，但沒有 switch 把它和 ${list(near.map(({ name }) => name))['zh-TW']} 接在一起`,
            ),
            tryThis: 'sudo ovn-nbctl show',
          }
        : {
            ...told,
            where: 'OVN_Northbound · Logical_Router_Static_Route · nexthop',
            saw: text(
              `${sends.en}, and no other router of OVN has that address`,
              `${sends['zh-TW']}，而 OVN 沒有其他 router 有這個位址`,
            ),
          }
    if (found) return found
  }
  return undefined
}

/**
 * A router translates what the sender sends to an end of ours, because its routes lead it out of OVN there, and not to the router that
 * the end is at.
 */
export async function ledAway(
  lab: Lab,
  { from, to, routed, isTakenByOvn }: Route,
): Promise<BrokenLink | undefined> {
  if (!to || !routed || !isTakenByOvn) return undefined
  const northbound = await lab.northbound()
  const found = routed.from.joints.map(
    ({ router }) => router && notHandedOn(northbound, router, { host: from.address, foreign: to.address }),
  )
  // One that hands it on is enough.
  return found.every(Boolean) ? found[0] : undefined
}
