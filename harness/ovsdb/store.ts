import { isDeepStrictEqual } from 'node:util'
import type { ColumnValue, DatabaseName, RawRow, Tables } from '../core/rows.ts'
import type { Kind } from './columns.ts'
import { applyDifference, decode } from './datum.ts'
import { Malformed, TooLarge } from './frames.ts'
import type { RowChange } from './monitor.ts'
import { type ColumnType, defaultOf, type JsonObject, objectOf, type Schema } from './schema.ts'
import { EMPTY, isQuiet, knownTables } from './tables.ts'

type Values = Record<string, ColumnValue>

/** What a change of a database was to one row: what is told of is more than what ticks by itself. */
export interface RowDelta {
  table: string
  /** Absent for a new row, and for one that is gone. */
  before?: RawRow
  after?: RawRow
  /** Those that changed in a row that stays. */
  columns: string[]
}

/** Of all known tables: a deployment of some ten thousand ports has as many. */
const MAX_ROWS = 2 ** 16

/** The rows of the known tables. A row is never changed in place: a snapshot shares it with the store. */
export class Store {
  /** Columns to ask for by table: those we know and the server has. */
  readonly wanted: Record<string, string[]>
  readonly #types: Schema
  /** What every row of a table has, also where the server's release lacks the column. */
  readonly #blank = new Map<string, Values>()
  readonly #rows = new Map<string, Map<string, RawRow>>()
  #snapshot: Tables | undefined
  #count = 0

  constructor(schema: Schema, database: DatabaseName) {
    this.#types = schema
    this.wanted = {}
    for (const [table, kinds] of Object.entries(knownTables(database))) {
      this.#rows.set(table, new Map())
      const types = schema.get(table)
      const columns = Object.keys(kinds).filter(column => types?.has(column))
      for (const column of columns) checkKind(kinds[column]!, types!.get(column)!, `${table}.${column}`)
      const blank = Object.entries(kinds).map(([column, kind]) => {
        const type = types?.get(column)
        return [column, type ? defaultOf(type) : EMPTY[kind]]
      })
      this.#blank.set(table, Object.fromEntries(blank))
      if (types) this.wanted[table] = columns
    }
  }

  /** Takes in table updates of a monitor; what of it is more than what ticks by itself. Throws Malformed. */
  apply(updates: unknown, changeOf: (update: unknown) => RowChange): RowDelta[] {
    const tables = Object.entries(objectOf(updates, 'table updates'))
    const loud: RowDelta[] = []
    for (const [table, rows] of tables) {
      if (!(table in this.wanted)) throw new Malformed(`a table nobody asked for: ${table}`)
      for (const [uuid, update] of Object.entries(objectOf(rows, table))) {
        const delta = this.#change(table, uuid, changeOf(update))
        if (delta) loud.push(delta)
      }
    }
    if (tables.length > 0) this.#snapshot = undefined
    return loud
  }

  /** Tables by name, rows in the order of their UUIDs: the same object until the next change. */
  snapshot(): Tables {
    this.#snapshot ??= Object.fromEntries(
      [...this.#rows].map(([table, rows]) => [
        table,
        [...rows.values()].sort((a, b) => (a._uuid < b._uuid ? -1 : 1)),
      ]),
    )
    return this.#snapshot
  }

  #change(table: string, uuid: string, change: RowChange): RowDelta | undefined {
    const rows = this.#rows.get(table)!
    const known = rows.get(uuid)
    if (change.kind === 'gone') {
      if (!known) throw new Malformed(`an unknown row of ${table} is gone`)
      rows.delete(uuid)
      this.#count--
      return isQuiet(table) ? undefined : { table, before: known, columns: [] }
    }
    const isNew = change.kind === 'whole'
    const before: RawRow | undefined = isNew ? { _uuid: uuid, ...this.#blank.get(table)! } : known
    if (!before) throw new Malformed(`an unknown row of ${table} changed`)
    const after = this.#values(table, change.columns, (type, column, value) =>
      isNew ? decode(type, value) : applyDifference(type, before[column]!, value),
    )
    const row = { ...before, ...after }
    if (!known && ++this.#count > MAX_ROWS) throw new TooLarge(`more than ${MAX_ROWS} rows`)
    rows.set(uuid, row)
    if (!known) return isQuiet(table) ? undefined : { table, after: row, columns: [] }
    // The oldest monitor sends the whole row for any change of it.
    const columns = Object.keys(after).filter(
      column => !isQuiet(table, column) && !isDeepStrictEqual(known[column], row[column]),
    )
    return columns.length > 0 ? { table, before: known, after: row, columns } : undefined
  }

  #values(
    table: string,
    columns: JsonObject,
    read: (type: ColumnType, column: string, value: unknown) => ColumnValue,
  ): Values {
    const types = this.#types.get(table)!
    const values: Values = {}
    for (const [column, value] of Object.entries(columns)) {
      if (!this.wanted[table]!.includes(column)) throw new Malformed(`a column nobody asked for: ${column}`)
      values[column] = read(types.get(column)!, column, value)
    }
    return values
  }
}

const KEYS: Record<string, string[]> = {
  string: ['string', 'uuid'],
  number: ['integer', 'real'],
  boolean: ['boolean'],
  // Keys of a map are strings to us, whatever they are to the server.
  map: ['string', 'integer'],
}

/** Throws Malformed where the server's column is not what we take it for: judging must be able to rely on types. */
function checkKind(kind: Kind, { shape, key, value }: ColumnType, name: string): void {
  const isMap = kind === 'map' || kind === 'numberMap'
  const wanted = isMap ? 'map' : kind.endsWith('s') ? 'set' : 'scalar'
  const keys = KEYS[isMap ? 'map' : kind.replace(/s$/, '')]!
  const values: unknown[] = isMap ? KEYS[kind === 'map' ? 'string' : 'number']! : [undefined]
  if (shape !== wanted || !keys.includes(key) || !values.includes(value))
    throw new Malformed(`${name} is a ${shape} of ${key}`)
}
