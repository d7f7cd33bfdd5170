import { addressesOf, type Joint, ROUTER_PORT, routersWith, switchesWith } from '../../harness/look/joints.ts'
import type { Northbound, Southbound } from '../../harness/look/lab.ts'
import type {
  LoadBalancer,
  LogicalRouter,
  LogicalRouterPort,
  LogicalSwitch,
} from '../../harness/ovsdb/tables.ts'
import { centralBinding } from '../state/gateway-chassis.ts'
import { nearer, portsNear, routesFor } from '../state/has-way-out.ts'

/** By which port packets leave the last router on a way that is bound to one chassis, and the routers that they pass on it, in order. */
export interface Leaving {
  port: LogicalRouterPort
  routers: LogicalRouter[]
}

/** What is asked: from a host, to an address that is foreign to its subnet. */
export interface Way {
  host: string
  foreign: string
}

/**
 * How packets leave OVN that come into a router by a port of it: as its routes say, over as many further routers as it takes, by a
 * port that is bound to one chassis (ovn-nb(5), Logical_Router_Static_Route). Undefined where they come to none.
 */
export function leavingBy(
  northbound: Northbound,
  southbound: Southbound,
  { router, port: inner }: { router: LogicalRouter; port: LogicalRouterPort },
  way: Way,
  passed: LogicalRouter[] = [],
): Leaving | undefined {
  const routers = [...passed, router]
  const routes = routesFor(northbound, router, way)
  // A subnet of its own goes before the default route, which may lead out.
  const isBeside = nearer(northbound, router, way, routes) !== undefined
  const hops = isBeside ? [way.foreign] : routes.map(({ nexthop }) => nexthop)
  const ports = hops.flatMap(hop =>
    portsNear(northbound, router, hop)
      .filter(({ _uuid }) => _uuid !== inner._uuid)
      .map(port => ({ hop, port })),
  )
  for (const { hop, port } of ports) {
    if (isBound(southbound, port)) return { port, routers }
    const next = routersWith(northbound, hop).find(
      one => !routers.includes(one.router) && areJoined(northbound, port, one.port),
    )
    const found = next && leavingBy(northbound, southbound, next, way, routers)
    if (found) return found
  }
  return undefined
}

const isBound = (southbound: Southbound, { name }: LogicalRouterPort): boolean =>
  (centralBinding(southbound, name)?.chassis.length ?? 0) > 0

/** The switches that are joined to a router port. */
export const switchesAt = (northbound: Northbound, { name }: LogicalRouterPort): LogicalSwitch[] =>
  northbound.ports
    .filter(({ type, options }) => type === 'router' && options[ROUTER_PORT] === name)
    .flatMap(port => switchesWith(northbound, port.name))

/** Two router ports are peers of each other, or a switch is joined to both. */
export function areJoined(northbound: Northbound, one: LogicalRouterPort, other: LogicalRouterPort): boolean {
  if (one.peer[0] === other.name || other.peer[0] === one.name) return true
  const near = switchesAt(northbound, one)
  return switchesAt(northbound, other).some(found => near.includes(found))
}

/** Load balancers that have an address among their VIPs. */
export const balancersWith = ({ loadBalancers }: Northbound, address: string): LoadBalancer[] =>
  loadBalancers.filter(({ vips }) => Object.keys(vips).some(vip => hostOf(vip) === address))

/**
 * The routers that a packet may come to which enters these, as their routes say, and the ports by which they hand it on to one another;
 * all routers where a policy may lead it anywhere.
 */
export function onTheWay(northbound: Northbound, entered: LogicalRouter[], way: Way) {
  const routers = [...entered]
  const ports: LogicalRouterPort[] = []
  for (const router of routers)
    for (const { nexthop } of routesFor(northbound, router, way)) {
      const near = portsNear(northbound, router, nexthop)
      const next = routersWith(northbound, nexthop).filter(({ port }) =>
        near.some(own => areJoined(northbound, own, port)),
      )
      if (next.length > 0) ports.push(...near, ...next.map(({ port }) => port))
      routers.push(...next.map(one => one.router).filter(one => !routers.includes(one)))
    }
  return {
    routers: routers.some(({ policies }) => policies.length > 0) ? northbound.routers : routers,
    ports,
  }
}

/**
 * Whether load balancers spread what enters by these: they belong to the switch, or to a router on the way. What a router brings to a
 * switch, that one's own balancers let be (ovn-northd(8), Ingress Table: Pre-LB).
 */
export function isBalanced(northbound: Northbound, joints: Joint[], way: Way): boolean {
  const { switches } = northbound
  const entered = joints.flatMap(({ router }) => router ?? [])
  const holders = [
    ...switches.filter(({ ports }) => joints.some(({ peer }) => ports.includes(peer._uuid))),
    ...onTheWay(northbound, entered, way).routers,
  ]
  return balancersWith(northbound, way.foreign).some(({ _uuid }) =>
    holders.some(one => one.load_balancer.includes(_uuid) || one.load_balancer_group.length > 0),
  )
}

/**
 * Whether OVN itself takes what is sent to an address: it is one of a router, one that a router translates, or one that a load
 * balancer spreads (ovn-nb(5), Logical_Router_Port, NAT and Load_Balancer).
 */
export const isTakenByOvn = (northbound: Northbound, joints: Joint[], way: Way): boolean =>
  joints.length > 0 &&
  (northbound.routerPorts.some(port => addressesOf(port).includes(way.foreign)) ||
    northbound.nats.some(({ type, external_ip }) => type !== 'snat' && external_ip === way.foreign) ||
    isBalanced(northbound, joints, way))

/** The address of a VIP, or of a backend, which has a port behind it or none. */
export function hostOf(words: string): string {
  const bare = words.trim()
  return /^\[(.*)\](?::\d+)?$/.exec(bare)?.[1] ?? (bare.includes('.') ? bare.replace(/:\d+$/, '') : bare)
}
