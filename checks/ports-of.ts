import type { Lab } from '../harness/look/lab.ts'
import type { LogicalSwitchPort } from '../harness/ovsdb/tables.ts'
import { type Endpoint, linkOf } from './endpoint.ts'

/**
 * MAC addresses a Logical_Switch_Port declares: the first word of each `addresses` element, and of what
 * ovn-northd chose where that element is `dynamic` (ovn-nb(5)).
 */
export const macsOf = ({ addresses, dynamic_addresses }: LogicalSwitchPort) =>
  [...addresses, ...dynamic_addresses].map(words => words.split(/\s+/)[0]!.toLowerCase())

/** Ports for a virtual machine's interface (type empty) that declare the endpoint's MAC. */
export async function portsOf(lab: Lab, endpoint: Endpoint): Promise<LogicalSwitchPort[]> {
  const [link, { ports }] = await Promise.all([linkOf(lab, endpoint), lab.northbound()])
  return ports.filter(
    port => port.type === '' && link !== undefined && macsOf(port).includes(link.mac.toLowerCase()),
  )
}
