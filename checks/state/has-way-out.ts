import { Unmet } from '../../harness/core/errors.ts'
import { isInPrefix } from '../../harness/core/prefix.ts'
import { text } from '../../harness/core/text.ts'
import { addressesOf, routersWith } from '../../harness/look/joints.ts'
import type { Lab, Northbound } from '../../harness/look/lab.ts'
import type { LogicalRouter, StaticRoute } from '../../harness/ovsdb/tables.ts'
import { list } from '../nouns/phrases.ts'

/** Where a packet is to go: from a host, through the router with an address, to one that is foreign to the router's subnets. */
export interface WayOut {
  router: string
  host: string
  foreign: string
  /** Any will do where it is absent. */
  nextHop?: string
}

/** How narrow a route is: the length of its prefix. */
export const lengthOf = ({ ip_prefix }: StaticRoute) => Number(ip_prefix.split('/')[1] ?? 32)

/** The static routes that a router takes for a packet: of those that fit, the narrowest (ovn-nb(5), Logical_Router_Static_Route). */
export function routesFor(
  northbound: Northbound,
  router: LogicalRouter,
  way: Pick<WayOut, 'host' | 'foreign'>,
): StaticRoute[] {
  const fitting = northbound.staticRoutes.filter(
    route => router.static_routes.includes(route._uuid) && fits(route, way) && !whyIdle(northbound, route),
  )
  const narrowest = Math.max(...fitting.map(lengthOf))
  return fitting.filter(route => lengthOf(route) === narrowest)
}

const fits = (
  { policy, ip_prefix }: StaticRoute,
  { host, foreign }: Pick<WayOut, 'host' | 'foreign'>,
): boolean => isInPrefix(policy[0] === 'src-ip' ? host : foreign, ip_prefix)

/**
 * Why a route is in no use: it is in a table that only ports with this name use, or BFD does not hear its next hop (ovn-nb(5),
 * Logical_Router_Static_Route).
 */
function whyIdle({ bfds }: Northbound, { route_table, bfd }: StaticRoute) {
  if (route_table !== '') return { column: 'route_table', value: route_table }
  const session = bfds.find(({ _uuid }) => bfd.includes(_uuid))
  const status = session?.status[0] ?? ''
  return status.endsWith('down') ? { column: 'bfd', value: status } : undefined
}

/** The router with an address has a route for what is foreign, to the next hop, which is in the subnet of one of its ports. */
export async function hasWayOut(lab: Lab, way: WayOut): Promise<void> {
  const { router: address, foreign, nextHop } = way
  const northbound = await lab.northbound()
  const routers = routersWith(northbound, address).map(({ router }) => router)
  const taken = routers.flatMap(router => routesFor(northbound, router, way))
  const near = routers.map(router => nearer(northbound, router, way, taken)).find(one => one !== undefined)
  if (near)
    throw new Unmet({
      expected: expectedOf(way),
      saw: text(
        `${near.name} has ${near.network}, so the router takes ${foreign} for an address of that subnet, and uses no route for it`,
        `${near.name} 有 ${near.network}，所以 router 把 ${foreign} 當成那個網段裡的位址，不會用路由送它`,
      ),
      where: 'OVN_Northbound · Logical_Router_Port · networks',
      tryThis: `sudo ovn-nbctl get Logical_Router_Port ${near.name} networks`,
    })
  const isRight = ({ nexthop }: StaticRoute) => nextHop === undefined || nexthop === nextHop
  if (taken.length > 0 && taken.every(isRight)) return
  const own = northbound.staticRoutes.filter(({ _uuid }) =>
    routers.some(({ static_routes }) => static_routes.includes(_uuid)),
  )
  const idleOf = (route: StaticRoute) => whyIdle(northbound, route)
  const seen = list(
    own.map(route => {
      const idle = idleOf(route)
      return `${route.ip_prefix} via ${route.nexthop}${idle ? ` (${idle.column} = ${idle.value})` : ''}`
    }),
  )
  const idle = own
    .filter(route => fits(route, way) && isRight(route))
    .map(idleOf)
    .find(one => one !== undefined)
  const meant = own.some(isRight)
  const table = 'OVN_Northbound · Logical_Router_Static_Route'
  throw new Unmet({
    expected: expectedOf(way),
    saw: text(`its static routes: ${seen.en}`, `它的靜態路由：${seen['zh-TW']}`),
    where:
      taken.length > 0
        ? `${table} · nexthop`
        : idle
          ? `${table} · ${idle.column}`
          : own.length > 0 && meant
            ? `${table} · ip_prefix`
            : 'OVN_Northbound · Logical_Router · static_routes',
    tryThis: `sudo ovn-nbctl lr-route-list ${routers[0]?.name ?? ''}`.trim(),
  })
}

const expectedOf = ({ router, foreign, nextHop }: WayOut) =>
  text(
    `on the router with ${router}, a route for ${foreign}${nextHop === undefined ? '' : ` via ${nextHop}`}`,
    `有 ${router} 的那個 router 上，有給 ${foreign} 的路由${nextHop === undefined ? '' : `，下一站是 ${nextHop}`}`,
  )

/** A port whose own subnet holds what is foreign to the router: a subnet goes before a route that is not narrower (ovn-northd(8), IP Routing). */
function nearer(
  { routerPorts }: Northbound,
  router: LogicalRouter,
  { foreign }: WayOut,
  taken: StaticRoute[],
): { name: string; network: string } | undefined {
  const narrowest = Math.max(-1, ...taken.map(lengthOf))
  return routerPorts
    .filter(({ _uuid }) => router.ports.includes(_uuid))
    .flatMap(({ name, networks }) => networks.map(network => ({ name, network })))
    .find(({ network }) => isInPrefix(foreign, network) && Number(network.split('/')[1] ?? 32) >= narrowest)
}

/** The router's ports whose subnet holds an address. */
export const portsNear = ({ routerPorts }: Northbound, router: LogicalRouter, address: string) =>
  routerPorts.filter(
    port =>
      router.ports.includes(port._uuid) &&
      port.networks.some(network => isInPrefix(address, network)) &&
      !addressesOf(port).includes(address),
  )
