import { Unmet } from '../../harness/core/errors.ts'
import { isInPrefix, overlap, without } from '../../harness/core/prefix.ts'
import { type Lang, same, type Text, text } from '../../harness/core/text.ts'
import { heldBy } from '../../harness/look/holding.ts'
import { addressesOf, routersWith } from '../../harness/look/joints.ts'
import type { Lab, Northbound } from '../../harness/look/lab.ts'
import type { LogicalRouter, LogicalRouterPort, StaticRoute } from '../../harness/ovsdb/tables.ts'
import { andThen, list } from '../nouns/phrases.ts'
import { INTERNET } from './nat-limit.ts'
import { ledElsewhere } from './next-hop-traced.ts'

/** Where a packet is to go: from a host, through the router with an address, to one that is foreign to the router's subnets. */
export interface WayOut {
  router: string
  host: string
  foreign: string
  /** Any will do where it is absent. */
  nextHop?: string
}

const ROUTE = 'OVN_Northbound · Logical_Router_Static_Route'
const PORT = 'OVN_Northbound · Logical_Router_Port'

/** How narrow a route is: the length of its prefix. */
export const lengthOf = ({ ip_prefix }: StaticRoute) => Number(ip_prefix.split('/')[1] ?? 32)

/** The static routes that a router takes for a packet: of those that fit, the narrowest (ovn-nb(5), Logical_Router_Static_Route). */
export function routesFor(
  northbound: Northbound,
  router: LogicalRouter,
  way: Pick<WayOut, 'host' | 'foreign'>,
): StaticRoute[] {
  const port = portOf(northbound, router, way.host)
  const fitting = northbound.staticRoutes.filter(
    route =>
      router.static_routes.includes(route._uuid) && fits(route, way) && !whyIdle(northbound, route, port),
  )
  const narrowest = Math.max(...fitting.map(lengthOf))
  return fitting.filter(route => lengthOf(route) === narrowest)
}

/** A route that would fit a packet, were it in use, and why it is not. */
export function idleRoute(
  northbound: Northbound,
  router: LogicalRouter,
  way: Pick<WayOut, 'host' | 'foreign'>,
): { route: StaticRoute; where: string; value: Text } | undefined {
  const port = portOf(northbound, router, way.host)
  const found = northbound.staticRoutes.flatMap(route => {
    const idle =
      router.static_routes.includes(route._uuid) && fits(route, way) && whyIdle(northbound, route, port)
    return idle ? [{ route, ...idle }] : []
  })
  return found[0]
}

const fits = (
  { policy, ip_prefix }: StaticRoute,
  { host, foreign }: Pick<WayOut, 'host' | 'foreign'>,
): boolean => isInPrefix(policy[0] === 'src-ip' ? host : foreign, ip_prefix)

/** The port of a router by which a host's packets come in. */
export const portOf = ({ routerPorts }: Northbound, router: LogicalRouter, host: string) =>
  heldBy(routerPorts, router).find(({ networks }) => networks.some(network => isInPrefix(host, network)))

const ROUTE_TABLE = 'route_table'

/**
 * Why a route is in no use for what comes in by a port: the port looks it up in one table alone, and the route is in another
 * one (ovn-nb(5), Logical_Router_Static_Route and Logical_Router_Port, route_table), it is to leave by a port that its router
 * does not have (output_port), or BFD does not hear its next hop.
 */
function whyIdle(
  { bfds, routers, routerPorts }: Northbound,
  { _uuid: uuid, route_table, output_port, bfd }: StaticRoute,
  port: LogicalRouterPort | undefined,
) {
  const own = heldBy(routerPorts, ...routers.filter(one => one.static_routes.includes(uuid)))
  const outward = output_port.find(name => !own.some(one => one.name === name))
  if (outward !== undefined)
    return {
      where: `${ROUTE} · output_port`,
      value: text(
        `output_port = ${outward}, which this router does not have`,
        `output_port = ${outward}，這個 router 沒有這個 port`,
      ),
    }
  const asked = port?.options[ROUTE_TABLE] ?? ''
  if (route_table !== asked)
    return route_table === ''
      ? { where: `${PORT} · options:${ROUTE_TABLE}`, value: same(`${port?.name}: ${ROUTE_TABLE} = ${asked}`) }
      : { where: `${ROUTE} · ${ROUTE_TABLE}`, value: same(`${ROUTE_TABLE} = ${route_table}`) }
  const session = bfds.find(({ _uuid }) => bfd.includes(_uuid))
  const status = session?.status[0] ?? ''
  return status.endsWith('down') ? { where: `${ROUTE} · bfd`, value: same(`bfd = ${status}`) } : undefined
}

function routeInWords({ ip_prefix, policy, nexthop }: StaticRoute, idle: Text | undefined): Text {
  const isBySource = policy[0] === 'src-ip'
  return text(
    `${ip_prefix}${isBySource ? ' of sources' : ''} via ${nexthop}${idle ? ` (${idle.en})` : ''}`,
    `${ip_prefix}${isBySource ? '（依來源）' : ' '}via ${nexthop}${idle ? `（${idle['zh-TW']}）` : ''}`,
  )
}

/**
 * The router with an address has a route for what is foreign, to the next hop, which is in the subnet of one of its ports; and so
 * it has for all of the Internet, by one route or by several.
 */
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
      where: `${PORT} · networks`,
      tryThis: `sudo ovn-nbctl get Logical_Router_Port ${near.name} networks`,
    })
  // What a router would send to an address of its own goes nowhere.
  const itself = heldBy(northbound.routerPorts, ...routers).flatMap(addressesOf)
  const isRight = ({ nexthop }: StaticRoute) =>
    nextHop === undefined ? !itself.includes(nexthop) : nexthop === nextHop
  const left =
    taken.length > 0 && taken.every(isRight)
      ? routers.map(router => unrouted(northbound, router, way, isRight))
      : undefined
  const isWhole = left?.some(prefixes => prefixes.length === 0) ?? false
  const narrower = routers
    .map(router => astray(northbound, router, way, isRight))
    .find(one => one !== undefined)
  if (!narrower && isWhole) {
    const away = await ledElsewhere(lab, northbound, { router: address, host: way.host }, way)
    if (away) throw new Unmet({ expected: expectedOf(way), ...away })
    return
  }
  const own = northbound.staticRoutes.filter(({ _uuid }) =>
    routers.some(({ static_routes }) => static_routes.includes(_uuid)),
  )
  const ports = routers.map(router => portOf(northbound, router, way.host))
  const idleOf = (route: StaticRoute) => whyIdle(northbound, route, ports.find(Boolean))
  const seenIn = (lang: Lang) => list(own.map(route => routeInWords(route, idleOf(route)?.value)[lang]))[lang]
  const idle = own
    .filter(route => fits(route, way) && isRight(route))
    .map(idleOf)
    .find(one => one !== undefined)
  const meant = own.some(isRight)
  const bySource = taken.find(route => route.policy[0] === 'src-ip' && !isRight(route))
  const ownHop = taken.map(({ nexthop }) => nexthop).find(hop => itself.includes(hop))
  throw new Unmet({
    expected: expectedOf(way),
    saw: andThen(
      andThen(
        text(`its static routes: ${seenIn('en')}`, `它的靜態路由：${seenIn('zh-TW')}`),
        bySource &&
          text(
            `that of the source ${bySource.ip_prefix} via ${bySource.nexthop} is the narrowest that is for ${way.host}, so it is taken`,
            `其中依來源 ${bySource.ip_prefix} 選擇、經由 ${bySource.nexthop} 的那一條，是適用於 ${way.host} 的路由裡範圍最小的，所以採用它`,
          ),
      ),
      ownHop === undefined
        ? undefined
        : text(`${ownHop} is an address of the router itself`, `${ownHop} 是 router 自己的位址`),
    ),
    where:
      left !== undefined
        ? `${ROUTE} · ${narrower && isWhole ? 'nexthop' : 'ip_prefix'}`
        : taken.length > 0
          ? `${ROUTE} · nexthop`
          : idle
            ? idle.where
            : own.length > 0 && meant
              ? `${ROUTE} · ip_prefix`
              : 'OVN_Northbound · Logical_Router · static_routes',
    tryThis: `sudo ovn-nbctl lr-route-list ${routers[0]?.name ?? ''}`.trim(),
  })
}

/** A route that is in use and leads a part of the Internet elsewhere: it may be narrower than those that are right. */
function astray(
  northbound: Northbound,
  router: LogicalRouter,
  { host }: WayOut,
  isRight: (route: StaticRoute) => boolean,
): StaticRoute | undefined {
  const port = portOf(northbound, router, host)
  return northbound.staticRoutes.find(
    route =>
      router.static_routes.includes(route._uuid) &&
      route.policy[0] !== 'src-ip' &&
      !isRight(route) &&
      !whyIdle(northbound, route, port) &&
      INTERNET.some(prefix => overlap(prefix, route.ip_prefix)),
  )
}

/** What of the Internet none of the routes that are in use and right is for. */
function unrouted(
  northbound: Northbound,
  router: LogicalRouter,
  { host }: WayOut,
  isRight: (route: StaticRoute) => boolean,
): string[] {
  const port = portOf(northbound, router, host)
  const prefixes = northbound.staticRoutes.flatMap(route =>
    router.static_routes.includes(route._uuid) && isRight(route) && !whyIdle(northbound, route, port)
      ? route.policy[0] !== 'src-ip'
        ? [route.ip_prefix]
        : isInPrefix(host, route.ip_prefix)
          ? ['0.0.0.0/0']
          : []
      : [],
  )
  return INTERNET.flatMap(prefix => without(prefix, prefixes))
}

const expectedOf = ({ router, foreign, nextHop }: WayOut) =>
  text(
    `on the router with ${router}, a route for ${foreign} and whatever is in none of its subnets${nextHop === undefined ? '' : ` via ${nextHop}`}`,
    `有 ${router} 的那個 router 上，有給 ${foreign} 和其他不屬於自己任何網段的位址的路由${nextHop === undefined ? '' : `，下一站是 ${nextHop}`}`,
  )

/** A port whose own subnet holds what is foreign to the router: a subnet goes before a route that is not narrower (ovn-northd(8), IP Routing). */
export function nearer(
  { routerPorts }: Northbound,
  router: LogicalRouter,
  { foreign }: Pick<WayOut, 'foreign'>,
  taken: StaticRoute[],
): { name: string; network: string } | undefined {
  const narrowest = Math.max(-1, ...taken.map(lengthOf))
  return heldBy(routerPorts, router)
    .flatMap(({ name, networks }) => networks.map(network => ({ name, network })))
    .find(({ network }) => isInPrefix(foreign, network) && Number(network.split('/')[1] ?? 32) >= narrowest)
}

/** The router's ports whose subnet holds an address. */
export const portsNear = ({ routerPorts }: Northbound, router: LogicalRouter, address: string) =>
  heldBy(routerPorts, router).filter(
    port =>
      port.networks.some(network => isInPrefix(address, network)) && !addressesOf(port).includes(address),
  )
