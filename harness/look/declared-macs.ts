import type { LogicalSwitchPort } from '../ovsdb/tables.ts'

type Declaring = Pick<LogicalSwitchPort, 'addresses' | 'dynamic_addresses'>

const MAC = /^[0-9a-f]{1,2}(:[0-9a-f]{1,2}){5}/

const firstOf = (words: string): string => words.trim().toLowerCase().split(/\s+/)[0]!

/** Whether OVN reads a MAC address at the beginning of words of a logical port. */
export const isMacIn = (words: string): boolean => MAC.test(firstOf(words))

/**
 * The MAC address that words of a logical port begin with, as OVN reads it: bytes may have one digit, and what stands behind it,
 * a comma say, spoils only the addresses that follow. Words without one are kept (`dynamic`, `unknown`, `router`).
 */
export function macIn(words: string): string {
  const first = firstOf(words)
  const read = MAC.exec(first)?.[0]
  return (
    read
      ?.split(':')
      .map(byte => byte.padStart(2, '0'))
      .join(':') ?? first
  )
}

/**
 * MAC addresses a Logical_Switch_Port declares: the first word of each `addresses` element, and of what
 * ovn-northd chose where that element is `dynamic` (ovn-nb(5)).
 */
export const macsOf = ({ addresses, dynamic_addresses }: Declaring) =>
  [...addresses, ...dynamic_addresses].map(macIn)

/** Whether a port declares a MAC address. */
export const isDeclaredBy = (port: Declaring, mac: string): boolean =>
  macsOf(port).includes(mac.toLowerCase())
