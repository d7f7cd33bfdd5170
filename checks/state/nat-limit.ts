import { type Text, text } from '../../harness/core/text.ts'
import type { Nat } from '../../harness/ovsdb/tables.ts'

/** Columns by which a row of NAT is only for some packets (ovn-nb(5), NAT); older releases have not all of them. */
const CONDITIONS = ['match', 'allowed_ext_ips', 'exempted_ext_ips', 'gateway_port'] as const

/** What a row that was to translate a packet takes out of it, as broken links tell it; undefined where it is for all packets. */
export function natLimit(row: Nat | undefined): { where: string; saw: Text; tryThis: string } | undefined {
  const column = row && CONDITIONS.find(one => (row[one] as string | string[] | undefined)?.length)
  if (!column) return undefined
  const { type, external_ip, logical_ip } = row
  return {
    where: `OVN_Northbound · NAT · ${column}`,
    saw: text(
      `the row of NAT (${type} ${external_ip} <-> ${logical_ip}) has ${column}, so it is not for all packets`,
      `${type} ${external_ip} <-> ${logical_ip} 那筆 NAT 設定了 ${column}，不是對所有封包都有效`,
    ),
    tryThis: 'sudo ovn-nbctl list NAT',
  }
}
