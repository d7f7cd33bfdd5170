import { isMac } from '../../harness/core/mac.ts'
import { isInPrefix } from '../../harness/core/prefix.ts'
import { text } from '../../harness/core/text.ts'
import { heldBy } from '../../harness/look/holding.ts'
import type { Northbound } from '../../harness/look/lab.ts'
import type { LogicalRouterPort } from '../../harness/ovsdb/tables.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { list } from '../nouns/phrases.ts'
import { takesUnknown } from '../nouns/ports-of.ts'
import { switchesAt } from '../route/through-routers.ts'

/** It is in the subnet of a router port, and on the switches there no port is for it, for whoever may come, or for a MAC address alone. */
export function isNobodys(northbound: Northbound, address: string): boolean {
  const { routerPorts, ports } = northbound
  const near = routerPorts.filter(({ networks }) => networks.some(network => isInPrefix(address, network)))
  const switches = near.flatMap(port => switchesAt(northbound, port))
  const isDeclared = heldBy(ports, ...switches).some(
    port =>
      takesUnknown(port) ||
      // Whoever has a MAC alone may have any address (ovn-nb(5), Logical_Switch_Port, addresses).
      port.addresses.some(isMac) ||
      [...port.addresses, ...port.dynamic_addresses].some(words => words.split(/\s+/).includes(address)),
  )
  return near.length > 0 && !isDeclared
}

/** Types of ports by which a switch leads to machines that OVN has no ports for (ovn-nb(5), Logical_Switch_Port, type). */
const OUTSIDE = ['localnet', 'l2gateway', 'vtep', 'remote']

/** A switch at the router port leads to others than its own machines. */
export const leadsOutside = (northbound: Northbound, port: LogicalRouterPort): boolean =>
  heldBy(northbound.ports, ...switchesAt(northbound, port)).some(({ type }) => OUTSIDE.includes(type))

/** Why nobody answers for an address in the subnet of a router port; undefined where somebody may have it. */
export function nobodyBeside(
  northbound: Northbound,
  port: LogicalRouterPort,
  address: string,
): BrokenLink | undefined {
  return isNobodys(northbound, address) ? withoutPort(northbound, port, address) : undefined
}

/** No port is for an address in the subnet of a router port, though there may be ports on its switches that are for any. */
export function withoutPort(northbound: Northbound, port: LogicalRouterPort, address: string): BrokenLink {
  const names = list(switchesAt(northbound, port).map(({ name }) => name))
  return {
    where: 'OVN_Northbound · Logical_Switch_Port · addresses',
    saw: text(
      `${address} is in the subnet of ${port.name}, and no port of ${names.en} is for it`,
      `${address} 在 ${port.name} 的網段裡，但 ${names['zh-TW']} 沒有任何 port 是給它的`,
    ),
    tryThis: 'sudo ovn-nbctl show',
  }
}
