import type { ColumnValue, DatabaseName } from '../core/rows.ts'
import type { Columns, Kind } from './columns.ts'
import { northbound } from './northbound.ts'
import { openVSwitch } from './open-vswitch.ts'
import { southbound } from './southbound.ts'

export type * from './northbound.ts'
export type * from './open-vswitch.ts'
export type * from './southbound.ts'

/** The value a column has for us where the server's release does not know it. */
export const EMPTY: Record<Kind, ColumnValue> = {
  string: '',
  number: 0,
  boolean: false,
  strings: [],
  numbers: [],
  booleans: [],
  map: {},
  numberMap: {},
}

/*
 * The columns judging needs, and no more: counters and timestamps (statistics, status of a Controller…) change by
 * themselves. Those that are needed all the same are in QUIET, so that they wake nothing that waits for a change.
 * Logical_Flow is not here: a southbound database has tens of thousands, and they are asked for where they are needed.
 */

const known = { OVN_Northbound: northbound, OVN_Southbound: southbound, Open_vSwitch: openVSwitch }

/** The tables and columns we ask a database for. */
export const knownTables = (database: DatabaseName): Record<string, Columns> => known[database]

/** What our own pings, and other people's, change by themselves: kept up to date, but wakes nobody. */
const QUIET_TABLES: ReadonlySet<string> = new Set(['MAC_Binding', 'FDB'])

/** Columns that tick, by table: seconds since something, counters of flaps. A new row or a row that is gone wakes. */
const QUIET_COLUMNS: Record<string, readonly string[]> = {
  Connection: ['status'],
  Chassis_Private: ['nb_cfg', 'nb_cfg_timestamp'],
  NB_Global: ['nb_cfg', 'sb_cfg'],
  SB_Global: ['nb_cfg'],
  Open_vSwitch: ['next_cfg'],
  Port: ['status'],
  Interface: ['status', 'link_resets'],
}

/** Whether a change of the table, or of this column of it alone, is nothing to be woken for. */
export const isQuiet = (table: string, column?: string): boolean =>
  QUIET_TABLES.has(table) || (column !== undefined && (QUIET_COLUMNS[table]?.includes(column) ?? false))
