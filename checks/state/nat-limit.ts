import { overlap, without } from '../../harness/core/prefix.ts'
import { type Text, text } from '../../harness/core/text.ts'
import { isMacIn } from '../../harness/look/declared-macs.ts'
import type { Northbound } from '../../harness/look/lab.ts'
import type { Nat } from '../../harness/ovsdb/tables.ts'
import { list } from '../nouns/phrases.ts'

/** Columns by which a row of NAT is only for some packets (ovn-nb(5), NAT); older releases have not all of them. */
const CONDITIONS = ['match', 'allowed_ext_ips', 'exempted_ext_ips', 'gateway_port'] as const

/**
 * Which columns may have kept a row from a packet that it did not translate; undefined where the row is for all packets. Of its
 * address sets that is known for the one outside with whom the packet is exchanged (`peer`).
 */
export function conditionOf(
  row: Nat | undefined,
  northbound: Northbound,
  peer: string,
): { where: string; saw: Text; tryThis: string } | undefined {
  if (!row) return undefined
  const left = leftOut(northbound, row, [peer])
  const tryThis = 'sudo ovn-nbctl list NAT'
  if (left) return { where: `OVN_Northbound · NAT · ${left.column}`, saw: left.saw, tryThis }
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

/**
 * Networks that are nobody's in particular, and may well have rules of their own, or be discarded (RFC 1918, RFC 6598, RFC 6890,
 * RFC 5771); not the one of which examples are made that look like a server of the Internet (RFC 5737, TEST-NET-3).
 */
const INNER = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '224.0.0.0/3',
]

/** The Internet, as prefixes. */
export const INTERNET = without('0.0.0.0/0', INNER)

/** A row of NAT is not for what is exchanged with somebody whom it should be for, or for nobody. */
export interface LeftOut {
  column: 'allowed_ext_ips' | 'exempted_ext_ips' | 'external_mac' | 'external_port_range' | 'match'
  saw: Text
}

/**
 * Of the machines outside that a row of NAT should be for, given by prefixes, one that the address sets of the row leave out;
 * undefined where there is none (ovn-nb(5), NAT): with `allowed_ext_ips` a row is for these alone, with `exempted_ext_ips` for
 * all others.
 */
export function leftOut({ addressSets }: Northbound, row: Nat, peers: string[]): LeftOut | undefined {
  const unread = unreadIn(row)
  if (unread) return unread
  // Northbound databases of older releases, and recordings of them, have not all of these columns.
  const { allowed_ext_ips: allowed = [], exempted_ext_ips: exempted = [] } = row as Partial<Nat>
  const heldBy = (uuids: string[]) =>
    addressSets.flatMap(({ _uuid, addresses }) => (uuids.includes(_uuid) ? addresses : []))
  const [held, spared] = [heldBy(allowed), heldBy(exempted)]
  const [unheld] = allowed.length === 0 ? [] : peers.flatMap(peer => widestFirst(without(peer, held)))
  const unserved = spared.find(one => peers.some(peer => overlap(one, peer)))
  const [column, who] =
    unheld !== undefined ? (['allowed_ext_ips', unheld] as const) : (['exempted_ext_ips', unserved] as const)
  return who === undefined ? undefined : { column, saw: notFor(row, column, who) }
}

const PORTS = /^\d{1,5}(-\d{1,5})?$/

/** A column in which OVN reads neither a MAC address nor ports: it makes no flow of the whole row, or one that no chassis can read. */
function unreadIn(row: Nat): LeftOut | undefined {
  const { type, external_ip, logical_ip, external_mac, external_port_range: range = '' } = row as Partial<Nat>
  const mac = external_mac?.find(one => !isMacIn(one))
  if (mac === undefined && (range === '' || PORTS.test(range))) return undefined
  const [column, value] =
    mac === undefined ? (['external_port_range', range] as const) : (['external_mac', mac] as const)
  return {
    column,
    saw: text(
      `the row of NAT (${type}, external_ip ${external_ip}, logical_ip ${logical_ip}) has ${column} = "${value}", which OVN cannot read, so the row translates nothing`,
      `這筆 NAT（${type}，external_ip ${external_ip}，logical_ip ${logical_ip}）的 ${column} 是「${value}」，OVN 讀不懂，所以這筆 NAT 什麼都不轉換`,
    ),
  }
}

const widestFirst = (prefixes: string[]): string[] =>
  prefixes.toSorted((one, other) => Number(one.split('/')[1]) - Number(other.split('/')[1]))

/** What a row says of packets that are exchanged with `who`. */
export const notFor = ({ type, logical_ip, external_ip }: Nat, column: string, who: string): Text =>
  text(
    `because of its ${column}, the row of NAT (${type}, external_ip ${external_ip}, logical_ip ${logical_ip}) translates nothing of what is exchanged with ${who}`,
    `因為設定了 ${column}，這筆 NAT（${type}，external_ip ${external_ip}，logical_ip ${logical_ip}）不會轉換和 ${who} 之間的封包`,
  )
