import { isInPrefix } from '../../harness/core/prefix.ts'
import { type Text, text } from '../../harness/core/text.ts'
import type { Northbound } from '../../harness/look/lab.ts'
import type { Nat } from '../../harness/ovsdb/tables.ts'
import { list } from '../nouns/phrases.ts'

/** Columns by which a row of NAT is only for some packets (ovn-nb(5), NAT); older releases have not all of them. */
const CONDITIONS = ['match', 'allowed_ext_ips', 'exempted_ext_ips', 'gateway_port'] as const

/**
 * What a row that was to translate a packet takes out of it, as broken links tell it; undefined where it is for all packets.
 * Of its address sets that is known for the one outside with whom the packet is exchanged (`peer`).
 */
export function natLimit(
  row: Nat | undefined,
  northbound: Northbound,
  peer: string,
): { where: string; saw: Text; tryThis: string } | undefined {
  if (!row) return undefined
  const limit = limitFor(northbound, row, [peer])
  const tryThis = 'sudo ovn-nbctl list NAT'
  if (limit) return { where: `OVN_Northbound · NAT · ${limit.column}`, saw: limit.saw, tryThis }
  const columns = CONDITIONS.filter(one => {
    const value = row[one] as string | string[] | undefined
    // What is known of a set says already whether the packet is left out.
    return value?.length && !northbound.addressSets.some(({ _uuid }) => value.includes(_uuid))
  })
  const [column] = columns
  if (!column) return undefined
  const { type, external_ip, logical_ip } = row
  const all = list(columns)
  return {
    where: `OVN_Northbound · NAT · ${column}`,
    saw: text(
      `the row of NAT (${type} ${external_ip} <-> ${logical_ip}) has ${all.en}, so it is not for all packets`,
      `${type} ${external_ip} <-> ${logical_ip} 那筆 NAT 設定了 ${all['zh-TW']}，不是對所有封包都有效`,
    ),
    tryThis,
  }
}

/** The column by which a row of NAT leaves out an address of somebody outside, and what to say of it. */
export interface Limit {
  column: 'allowed_ext_ips' | 'exempted_ext_ips'
  saw: Text
}

/**
 * Why a row of NAT is not for what is exchanged with one of these addresses outside; undefined where it is for all of them, as
 * far as its address sets tell (ovn-nb(5), NAT): with `allowed_ext_ips` it is for these alone, with `exempted_ext_ips` for all others.
 */
export function limitFor({ addressSets }: Northbound, row: Nat, peers: string[]): Limit | undefined {
  // Northbound databases of older releases, and recordings of them, have not all of these columns.
  const { allowed_ext_ips: allowed = [], exempted_ext_ips: exempted = [] } = row as Partial<Nat>
  const has = (uuids: string[], peer: string) =>
    addressSets.some(
      set => uuids.includes(set._uuid) && set.addresses.some(prefix => isInPrefix(peer, prefix)),
    )
  for (const peer of peers) {
    const isAllowed = allowed.length === 0 || has(allowed, peer)
    if (isAllowed && !has(exempted, peer)) continue
    const column = isAllowed ? 'exempted_ext_ips' : 'allowed_ext_ips'
    const { type, logical_ip, external_ip } = row
    return {
      column,
      saw: text(
        `because of its ${column}, the row of NAT (${type}, external_ip ${external_ip}, logical_ip ${logical_ip}) translates nothing of what is exchanged with ${peer}`,
        `因為設定了 ${column}，這筆 NAT（${type}，external_ip ${external_ip}，logical_ip ${logical_ip}）不會轉換和 ${peer} 之間的封包`,
      ),
    }
  }
  return undefined
}
