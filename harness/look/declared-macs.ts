import type { LogicalSwitchPort } from '../ovsdb/tables.ts'

type Declaring = Pick<LogicalSwitchPort, 'addresses' | 'dynamic_addresses'>

/**
 * MAC addresses a Logical_Switch_Port declares: the first word of each `addresses` element, and of what
 * ovn-northd chose where that element is `dynamic` (ovn-nb(5)).
 */
export const macsOf = ({ addresses, dynamic_addresses }: Declaring) =>
  [...addresses, ...dynamic_addresses].map(words => words.split(/\s+/)[0]!.toLowerCase())

/** Whether a port declares a MAC address. */
export const isDeclaredBy = (port: Declaring, mac: string): boolean =>
  macsOf(port).includes(mac.toLowerCase())
