import type { Lab } from '../harness/look/lab.ts'
import { unlessBlind } from '../harness/look/unless-blind.ts'
import type { LogicalSwitchPort } from '../harness/ovsdb/tables.ts'
import { type Endpoint, linkOf } from './endpoint.ts'
import { plugsOf } from './plug-of.ts'

/**
 * MAC addresses a Logical_Switch_Port declares: the first word of each `addresses` element, and of what
 * ovn-northd chose where that element is `dynamic` (ovn-nb(5)).
 */
export const macsOf = ({ addresses, dynamic_addresses }: LogicalSwitchPort) =>
  [...addresses, ...dynamic_addresses].map(words => words.split(/\s+/)[0]!.toLowerCase())

/**
 * Ports for a virtual machine's interface (type empty) that declare the endpoint's MAC. Where several do, the one that
 * the endpoint's cable is labelled with comes first: it is the one OVN binds.
 */
export async function portsOf(lab: Lab, endpoint: Endpoint): Promise<LogicalSwitchPort[]> {
  const [link, { ports }] = await Promise.all([linkOf(lab, endpoint), lab.northbound()])
  const withItsMac = ports.filter(
    port => port.type === '' && link !== undefined && macsOf(port).includes(link.mac.toLowerCase()),
  )
  if (withItsMac.length < 2) return withItsMac
  const cables = (await unlessBlind(plugsOf(lab, endpoint))) ?? []
  const isLabel = (port: LogicalSwitchPort) =>
    cables.some(({ iface }) => iface.external_ids['iface-id'] === port.name)
  return [...withItsMac.filter(isLabel), ...withItsMac.filter(port => !isLabel(port))]
}
