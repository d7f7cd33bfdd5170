import type { LogicalRouter, LogicalRouterPort, LogicalSwitch, LogicalSwitchPort } from '../ovsdb/tables.ts'
import { heldBy, holdersOf } from './holding.ts'
import type { Northbound } from './lab.ts'

/** Where a switch is joined to a router: a port of each, of which that of the switch names the other (ovn-nb(5), router-port). */
export interface Joint {
  router: LogicalRouter | undefined
  port: LogicalRouterPort
  peer: LogicalSwitchPort
}

/** The port of a router that a port of a switch names. */
export const ROUTER_PORT = 'router-port'

/** Every place where these switches are joined to routers. */
export const jointsOf = ({ ports, routers, routerPorts }: Northbound, own: LogicalSwitch[]): Joint[] =>
  heldBy(ports, ...own)
    .filter(({ type }) => type === 'router')
    .flatMap(peer => {
      const port = routerPorts.find(({ name }) => name === peer.options[ROUTER_PORT])
      return port ? [{ router: routerOf(routers, port), port, peer }] : []
    })

/** The router that has a port. */
export const routerOf = (routers: LogicalRouter[], port: LogicalRouterPort): LogicalRouter | undefined =>
  holdersOf(routers, port)[0]

/** Routers with a port that has the address, each with that port. */
export const routersWith = (
  { routers, routerPorts }: Northbound,
  address: string,
): { router: LogicalRouter; port: LogicalRouterPort }[] =>
  routerPorts
    .filter(port => addressesOf(port).includes(address))
    .flatMap(port => {
      const router = routerOf(routers, port)
      return router ? [{ router, port }] : []
    })

/** The addresses of a router port, without the lengths of their prefixes. */
export const addressesOf = ({ networks }: LogicalRouterPort): string[] =>
  networks.map(network => network.split('/')[0]!)

/** The switches that hold a port of this name. */
export const switchesWith = ({ switches, ports }: Northbound, name: string | undefined): LogicalSwitch[] =>
  name === undefined ? [] : holdersOf(switches, ...ports.filter(port => port.name === name))
