import { addressesOf, type Joint, jointsOf } from '../../harness/look/joints.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
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

/** Where a switch with these ports is joined to a router that has the address there (ovn-nb(5), Logical_Router_Port). */
export async function routerWith(
  lab: Lab,
  own: LogicalSwitchPort[],
  address: string,
): Promise<Joint | undefined> {
  const northbound = await lab.northbound()
  const uuids = own.map(({ _uuid }) => _uuid)
  const holders = northbound.switches.filter(({ ports }) => ports.some(uuid => uuids.includes(uuid)))
  return jointsOf(northbound, holders).find(({ port }) => addressesOf(port).includes(address))
}
