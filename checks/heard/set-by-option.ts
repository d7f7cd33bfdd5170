import { text } from '../../harness/core/text.ts'
import type { RawRow, TraceStep } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { quoted } from '../nouns/phrases.ts'
import type { Origin } from './origin.ts'

/** Columns of northbound whose keys hold what ovn-northd writes into flows that no row is the hint of (ovn-nb(5)). */
const COLUMNS: Record<string, string> = {
  NB_Global: 'options',
  Logical_Switch: 'other_config',
  Logical_Router: 'options',
  Logical_Router_Port: 'options',
  Logical_Switch_Port: 'options',
}

/** The MAC and IPv4 addresses that a match has, and the names of what stands for others ($svc_monitor_mac). */
const ADDRESS = /\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b|\b\d+\.\d+\.\d+\.\d+\b/gi
const NAME = /\$(\w+)/g

/**
 * A packet ended at a flow that ovn-northd made for no row of its own, but for an address that an option says: the option whose
 * key or value the flow's match has.
 */
export async function setByOption(
  lab: Lab,
  last: { origin: Origin; step: TraceStep } | undefined,
): Promise<BrokenLink | undefined> {
  if (last?.origin.kind !== 'logical' || last.origin.row) return undefined
  const { match, stage } = last.origin.flow
  const names = [...match.matchAll(NAME)].map(([, name]) => name!)
  const addresses = (match.match(ADDRESS) ?? []).map(one => one.toLowerCase())
  if (names.length + addresses.length === 0) return undefined
  const tables = (await unlessBlind(lab.tables('OVN_Northbound'))) ?? {}
  for (const [table, column] of Object.entries(COLUMNS))
    for (const row of tables[table] ?? []) {
      const found = Object.entries(mapOf(row, column)).find(
        ([key, value]) =>
          names.includes(key) ||
          (value.toLowerCase().match(ADDRESS) ?? []).some(one => addresses.includes(one)),
      )
      if (!found) continue
      const [key, value] = found
      const name = table === 'NB_Global' ? '.' : String(row.name)
      return {
        where: `OVN_Northbound · ${table} · ${column}:${key}`,
        saw: text(
          `${key} = ${quoted(value)} of ${table === 'NB_Global' ? table : `${table} ${name}`} made the flow at which the packet ends (${stage}, table ${last.step.table}, match ${match})`,
          `封包到 ${table === 'NB_Global' ? table : `${table} ${name}`} 的 ${key} = ${quoted(value)} 產生的 flow 為止（${stage}，table ${last.step.table}，match ${match}）`,
        ),
        tryThis: `sudo ovn-nbctl get ${table} ${name} ${column}`,
      }
    }
  return undefined
}

const mapOf = (row: RawRow, column: string): Record<string, string> =>
  typeof row[column] === 'object' && row[column] !== null && !Array.isArray(row[column])
    ? (row[column] as Record<string, string>)
    : {}
