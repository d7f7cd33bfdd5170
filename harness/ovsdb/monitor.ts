import type { DatabaseName } from '../core/rows.ts'
import { Malformed } from './frames.ts'
import type { JsonObject } from './schema.ts'
import { objectOf } from './schema.ts'

/** What happened to one row, whichever monitor told it. */
export type RowChange =
  | { kind: 'whole'; columns: JsonObject }
  | { kind: 'difference'; columns: JsonObject }
  | { kind: 'gone' }

/** One of the three ways to be told of changes. */
export interface Dialect {
  method: 'monitor_cond_since' | 'monitor_cond' | 'monitor'
  /** The name under which the server sends changes. */
  notification: string
  params(database: DatabaseName, wanted: Record<string, string[]>): unknown[]
  /** The table updates in the answer, and in a notification. */
  initial(answer: unknown): unknown
  updates(params: unknown[]): unknown
  rowChange(update: unknown): RowChange
}

const MONITOR_ID = 'ovn-lab'
const NO_TRANSACTION = '00000000-0000-0000-0000-000000000000'

const requests = (wanted: Record<string, string[]>) =>
  Object.fromEntries(Object.entries(wanted).map(([table, columns]) => [table, [{ columns }]]))

/** RFC 7047 §4.1.6: `new` is the whole row after the change, and missing when the row is gone. */
function fromUpdate(update: unknown): RowChange {
  const { new: after } = objectOf(update, 'row update')
  return after === undefined ? { kind: 'gone' } : { kind: 'whole', columns: objectOf(after, 'row') }
}

/** ovsdb-server(7), 4.1.14: one of four members. Columns with their default value are left out of a new row. */
function fromUpdate2(update: unknown): RowChange {
  const { initial, insert, modify, ...rest } = objectOf(update, 'row update')
  const whole = initial ?? insert
  if (whole !== undefined) return { kind: 'whole', columns: objectOf(whole, 'row') }
  if (modify !== undefined) return { kind: 'difference', columns: objectOf(modify, 'row') }
  if ('delete' in rest) return { kind: 'gone' }
  throw new Malformed('a row update that says nothing')
}

/** Newest first: OVS 2.12 and later know the first, 2.6 and later the second, all of them the last. */
export const MONITORS: Dialect[] = [
  {
    method: 'monitor_cond_since',
    notification: 'update3',
    params: (database, wanted) => [database, MONITOR_ID, requests(wanted), NO_TRANSACTION],
    initial: answer => (Array.isArray(answer) ? answer[2] : undefined),
    updates: params => params[2],
    rowChange: fromUpdate2,
  },
  {
    method: 'monitor_cond',
    notification: 'update2',
    params: (database, wanted) => [database, MONITOR_ID, requests(wanted)],
    initial: answer => answer,
    updates: params => params[1],
    rowChange: fromUpdate2,
  },
  {
    method: 'monitor',
    notification: 'update',
    params: (database, wanted) => [database, MONITOR_ID, requests(wanted)],
    initial: answer => answer,
    updates: params => params[1],
    rowChange: fromUpdate,
  },
]
