import { heldBy, holdersOf } from '../../harness/look/holding.ts'
import { chassisSetting } from '../../harness/look/integration-bridge.ts'
import { addressesOf, type Joint, jointsOf } from '../../harness/look/joints.ts'
import type { Lab, OvsDatabase } from '../../harness/look/lab.ts'
import type { LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import { KEY, takenBridge } from '../diagnosis/mapping-mistake.ts'
import type { End } from './hop.ts'
import type { Route } from './route.ts'

/** The ports of the logical switch that holds an end of the path. */
export async function onSwitchOf(
  lab: Lab,
  { from, to }: Pick<Route, 'from' | 'to'>,
): Promise<LogicalSwitchPort[]> {
  const { switches, ports } = await lab.northbound()
  const ends = ports.filter(({ name }) => name === from.logicalPort || name === to?.logicalPort)
  return heldBy(ports, ...holdersOf(switches, ...ends))
}

/**
 * The ports of other switches that hear what these ports' switch sends to the physical network: their localnet port leads to the
 * same bridge of the node, in the same VLAN (ovn-nb(5), "localnet").
 */
export async function beyondLocalnet(
  lab: Lab,
  ovs: OvsDatabase,
  bridge: string,
  own: LogicalSwitchPort[],
): Promise<LogicalSwitchPort[]> {
  const { switches, ports } = await lab.northbound()
  const mappings = chassisSetting(ovs, KEY)
  const tagOf = ({ tag }: LogicalSwitchPort) => tag[0] ?? 0
  const leadsThere = ({ type, options }: LogicalSwitchPort) =>
    type === 'localnet' && takenBridge(mappings, options.network_name ?? '', ovs.bridges) === bridge
  const tags = own.filter(leadsThere).map(tagOf)
  const doors = ports.filter(port => !own.includes(port) && leadsThere(port) && tags.includes(tagOf(port)))
  return heldBy(ports, ...holdersOf(switches, ...doors))
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

/** A machine that is moved has an interface on each of the chassis that its port asks for (ovn-nb(5), options:requested-chassis). */
export const mayBeOnSeveral = async (lab: Lab, end: End | undefined): Promise<boolean> =>
  (await lab.northbound()).ports.some(
    ({ name, options }) => name === end?.logicalPort && options['requested-chassis']?.includes(',') === true,
  )
