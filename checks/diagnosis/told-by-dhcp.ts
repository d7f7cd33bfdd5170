import { text } from '../../harness/core/text.ts'
import type { DhcpOptions } from '../../harness/ovsdb/tables.ts'
import { andThen } from '../nouns/phrases.ts'
import type { BrokenLink } from './broken-link.ts'

/** A link that is too narrow, and was told its MTU by DHCP: the row that says so is the place (RFC 2132, section 5.1). */
export const toldByDhcp = (
  { cause: _, ...narrow }: BrokenLink,
  { cidr, options }: Pick<DhcpOptions, 'cidr' | 'options'>,
): BrokenLink => ({
  ...narrow,
  where: 'OVN_Northbound · DHCP_Options · options:mtu',
  saw: andThen(
    narrow.saw,
    text(
      `OVN told it so by DHCP: mtu in options of ${cidr} is ${options.mtu}`,
      `這是 OVN 用 DHCP 告訴它的：${cidr} 的 options 裡，mtu 是 ${options.mtu}`,
    ),
  ),
  tryThis: 'sudo ovn-nbctl list DHCP_Options',
})
