import type { Lab } from '../../harness/look/lab.ts'
import type { LogicalRouterPort, LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import type { Route } from './route.ts'

/** The ports of the logical switch that holds an end of the path. */
export async function onSwitchOf(
  lab: Lab,
  { from, to }: Pick<Route, 'from' | 'to'>,
): Promise<LogicalSwitchPort[]> {
  const { switches, ports } = await lab.northbound()
  const ends = ports.filter(({ name }) => name === from.logicalPort || name === to?.logicalPort)
  const holding = switches.filter(one => ends.some(({ _uuid }) => one.ports.includes(_uuid)))
  return ports.filter(({ _uuid }) => holding.some(one => one.ports.includes(_uuid)))
}

/** The port of a logical router, joined to a switch with these ports, that has the address (ovn-nb(5), Logical_Router_Port). */
export async function routerWith(
  lab: Lab,
  own: LogicalSwitchPort[],
  address: string,
): Promise<LogicalRouterPort | undefined> {
  const joined = own.flatMap(({ type, options }) => (type === 'router' ? [options['router-port']] : []))
  return (await lab.northbound()).routerPorts.find(
    ({ name, networks }) =>
      joined.includes(name) && networks.some(network => network.split('/')[0] === address),
  )
}
