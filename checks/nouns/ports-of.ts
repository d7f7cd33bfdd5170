import { isDeclaredBy } from '../../harness/look/declared-macs.ts'
import { mayClaim, plugs } from '../../harness/look/integration-bridge.ts'
import { addressesOf, ROUTER_PORT } from '../../harness/look/joints.ts'
import type { Lab, Northbound } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import { type Endpoint, linkOf } from './endpoint.ts'
import { plugsOf } from './plug-of.ts'

/**
 * The type of ports that each chassis connects to an interface of its own (ovn-nb(5), Logical_Switch_Port.type): none of
 * them is bound, and OVN sends nothing between such a port and another chassis.
 */
export const LOCALPORT = 'localport'

/** The type of an endpoint's port: that of a virtual machine's interface is empty. */
export const portTypeOf = ({ isLocal }: Endpoint): string => (isLocal ? LOCALPORT : '')

/**
 * Ports of the endpoint's type that declare its MAC. Where several do, the one that
 * the endpoint's cable is labelled with comes first: it is the one OVN binds, and what others are labelled with is theirs. Where none does, it is that one if it takes
 * any MAC (`unknown`).
 */
export async function portsOf(lab: Lab, endpoint: Endpoint): Promise<LogicalSwitchPort[]> {
  if (endpoint.isRouter) return portsToRouter(await lab.northbound(), endpoint.address)
  const [link, { ports }] = await Promise.all([linkOf(lab, endpoint), lab.northbound()])
  const ofType = ports.filter(({ type }) => type === portTypeOf(endpoint))
  const withItsMac = ofType.filter(port => link !== undefined && isDeclaredBy(port, link.mac))
  if (withItsMac.length === 1) return withItsMac
  const cables = (await unlessBlind(plugsOf(lab, endpoint))) ?? []
  const isLabel = (port: LogicalSwitchPort) =>
    cables.some(({ iface }) => iface.external_ids['iface-id'] === port.name)
  if (withItsMac.length === 0) return ofType.filter(port => isLabel(port) && takesUnknown(port))
  const labels = withItsMac.filter(isLabel)
  const others = withItsMac.filter(port => !isLabel(port))
  return labels.length > 0 ? [...labels, ...(await nobodysOf(lab, endpoint, others))] : others
}

/** Those of the ports that no interface of the endpoint's node has as its label: of a tenant with the same MAC addresses, say. */
async function nobodysOf(lab: Lab, { node }: Endpoint, ports: LogicalSwitchPort[]) {
  const taken = plugs(await lab.ovs(node)).filter(mayClaim)
  return ports.filter(({ name }) => !taken.some(({ iface }) => iface.external_ids['iface-id'] === name))
}

/** Ports of switches that lead to a port of a router with the address (ovn-nb(5), router-port). */
const portsToRouter = ({ ports, routerPorts }: Northbound, address: string): LogicalSwitchPort[] =>
  ports.filter(
    ({ type, options }) =>
      type === 'router' &&
      routerPorts.some(port => port.name === options[ROUTER_PORT] && addressesOf(port).includes(address)),
  )

/** Whether a port takes what is for MAC addresses that no port declares (ovn-nb(5), addresses). */
export const takesUnknown = ({ addresses }: LogicalSwitchPort): boolean => addresses.includes('unknown')

/**
 * The port that another one of its interface carries under a VLAN tag (ovn-nb(5), Logical_Switch_Port, parent_name); ovn-nbctl(8)
 * writes an empty name where lsp-add is told a tag alone.
 */
export const parentOf = ({ parent_name }: LogicalSwitchPort): string | undefined =>
  parent_name[0] || undefined
