import { isDeepStrictEqual } from 'node:util'
import type { ColumnValue, RawRow } from '../core/rows.ts'
import { joined, type Text, text } from '../core/text.ts'
import type { RowDelta } from '../ovsdb/store.ts'

/** Longer values are cut: a sentence has to stay one. */
const VALUE_MAX = 60
/** So many parts of one change are said. */
const PARTS_MAX = 3

/** Columns that are looked at and tell a reader nothing: what a daemon notes for itself. */
const UNTOLD = new Set([
  'cur_cfg',
  'ifindex',
  'mac_in_use',
  'ofport',
  'link_state',
  'nb_cfg',
  'sb_cfg',
  'hv_cfg',
])
const isToldKey = (key: string) => !/^ct-zone-|-ts$|^ovn-nb-cfg$/.test(key)

/** What happened to one row, in words such as `external_ids:ovn-bridge-mappings set to flat0:br-eth2 on Open_vSwitch`; undefined where there is nothing to tell. */
export function rowWords({ table, before, after, columns }: RowDelta): Text | undefined {
  const row = nameOf(table, after ?? before!)
  if (!before) return text(`${row} added`, `新增 ${row}`)
  if (!after) return text(`${row} removed`, `${row} 已移除`)
  const parts = columns
    .filter(column => !UNTOLD.has(column))
    .flatMap(column => columnWords(column, before[column], after[column]))
  if (parts.length === 0) return undefined
  const said = joined(parts.slice(0, PARTS_MAX))
  return text(`${said.en} on ${row}`, `${row} 的 ${said['zh-TW']}`)
}

/** The table and what a person calls the row by; a table of one row needs no more than its own name. */
function nameOf(table: string, row: RawRow): string {
  const { name, logical_port: port, hostname } = row
  const called = [name, hostname, port].flat().find(one => typeof one === 'string' && one !== '')
  return called === undefined || called === '' ? table : `${table} ${String(called)}`
}

function columnWords(
  column: string,
  before: ColumnValue | undefined,
  after: ColumnValue | undefined,
): Text[] {
  if (isMap(before) && isMap(after))
    return [...new Set([...Object.keys(before), ...Object.keys(after)])]
      .filter(key => isToldKey(key) && !isDeepStrictEqual(before[key], after[key]))
      .map(key => setWords(`${column}:${key}`, after[key]))
  if (Array.isArray(before) && Array.isArray(after)) {
    if (before.length <= 1 && after.length <= 1) return [setWords(column, after[0])]
    const added = after.filter(one => !before.includes(one))
    const removed = before.filter(one => !after.includes(one))
    // Rows are told by themselves; their UUIDs say nothing to a reader.
    if ([...added, ...removed].some(isUuid)) return [text(`${column} changed`, `${column} 已變更`)]
    return [
      ...added.map(one => text(`${shown(one)} added to ${column}`, `${column} 加入 ${shown(one)}`)),
      ...removed.map(one => text(`${shown(one)} removed from ${column}`, `${column} 移除 ${shown(one)}`)),
    ]
  }
  return [setWords(column, after)]
}

function setWords(what: string, value: ColumnValue | undefined): Text {
  if (value === undefined) return text(`${what} removed`, `${what} 已移除`)
  if (isUuid(value) || typeof value === 'object') return text(`${what} changed`, `${what} 已變更`)
  return text(`${what} set to ${shown(value)}`, `${what} 設為 ${shown(value)}`)
}

const isMap = (value: ColumnValue | undefined): value is { [key: string]: ColumnValue } =>
  typeof value === 'object' && !Array.isArray(value)
const isUuid = (value: ColumnValue) =>
  typeof value === 'string' && /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(value)
const shown = (value: ColumnValue): string => {
  const words = value === '' ? '""' : String(value)
  return words.length > VALUE_MAX ? `${words.slice(0, VALUE_MAX - 1)}…` : words
}
