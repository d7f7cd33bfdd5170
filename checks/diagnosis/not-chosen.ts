import { isIPv4 } from 'node:net'
import { text } from '../../harness/core/text.ts'
import { heldBy } from '../../harness/look/holding.ts'
import type { LogicalSwitch, LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import { quoted } from '../nouns/phrases.ts'
import type { BrokenLink } from './broken-link.ts'

/** Of larger subnets nobody counts what is left. */
const COUNTED_UP_TO = 2 ** 16

/**
 * Why ovn-northd has no IPv4 address to choose for ports of a switch that leave it to OVN (ovn-nb(5), Logical_Switch,
 * other_config). Undefined where the switch has one left, as far as is known.
 */
export function notChosen(holder: LogicalSwitch, all: LogicalSwitchPort[]): BrokenLink | undefined {
  const { subnet, exclude_ips } = holder.other_config
  const { name } = holder
  const told = (key: string, en: string, zhTW: string): BrokenLink => ({
    where: `OVN_Northbound · Logical_Switch · other_config:${key}`,
    saw: text(en, zhTW),
    tryThis: `sudo ovn-nbctl get Logical_Switch ${name} other_config`,
  })
  const range = rangeOf(subnet)
  if (!range)
    return told(
      'subnet',
      `other_config:subnet of ${name} is ${quoted(subnet)}, so OVN has no address to choose for it`,
      `${name} 的 other_config:subnet 是 ${quoted(subnet)}，OVN 沒有位址可以挑給它`,
    )
  if (range.size > COUNTED_UP_TO) return undefined
  const excluded = excludedBy(exclude_ips)
  const used = new Set(heldBy(all, holder).flatMap(addressesIn))
  // The first address is kept for a router, and the last is everybody's.
  const hosts = Array.from({ length: Math.max(0, range.size - 3) }, (_, at) => range.first + 2 + at)
  if (hosts.some(host => !used.has(host) && !excluded(host))) return undefined
  return hosts.some(excluded)
    ? told(
        'exclude_ips',
        `other_config:exclude_ips of ${name} is ${quoted(exclude_ips)}, which leaves no address of ${subnet} to choose`,
        `${name} 的 other_config:exclude_ips 是 ${quoted(exclude_ips)}，${subnet} 裡沒有位址可以挑了`,
      )
    : told(
        'subnet',
        `other_config:subnet of ${name} is ${quoted(subnet)}, and none of its addresses is left to choose`,
        `${name} 的 other_config:subnet 是 ${quoted(subnet)}，裡面的位址都用掉了`,
      )
}

const numberOf = (address: string) => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)

/** The first address of a subnet, and how many it has; undefined where it is none that OVN understands. */
function rangeOf(subnet: string | undefined): { first: number; size: number } | undefined {
  const [base = '', length = ''] = (subnet ?? '').split('/')
  if (!isIPv4(base) || !/^\d+$/.test(length) || Number(length) > 32) return undefined
  const size = 2 ** (32 - Number(length))
  return { first: Math.floor(numberOf(base) / size) * size, size }
}

/** Addresses, or ranges such as `10.0.0.2..10.0.0.9`, with spaces between them. */
function excludedBy(words = ''): (host: number) => boolean {
  const ranges = words
    .split(/\s+/)
    .map(word => word.split('..'))
    .filter(ends => ends.every(end => isIPv4(end)))
    .map(([from, to = from]) => ({ from: numberOf(from!), to: numberOf(to!) }))
  return host => ranges.some(({ from, to }) => from <= host && host <= to)
}

const addressesIn = ({ addresses, dynamic_addresses }: LogicalSwitchPort): number[] =>
  [...addresses, ...dynamic_addresses]
    .flatMap(words => words.split(/\s+/))
    .filter(word => isIPv4(word))
    .map(numberOf)
