import type { ColumnValue } from '../core/rows.ts'
import { Malformed } from './frames.ts'

/** What a column can hold (RFC 7047 §3.2, <type>). */
export interface ColumnType {
  shape: 'scalar' | 'set' | 'map'
  /** At most one element: a change then carries the new value, not a difference (ovsdb-server(7), update2). */
  atMostOne: boolean
  /** Type of an element, or of a map's keys: `string`, `integer`, `real`, `boolean` or `uuid`. */
  key: string
  /** Type of a map's values. */
  value?: string
}

/** Types of the columns of each table. */
export type Schema = Map<string, Map<string, ColumnType>>

export type JsonObject = Record<string, unknown>
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value as an object; throws Malformed for anything else. */
export function objectOf(value: unknown, what: string): JsonObject {
  if (!isObject(value)) throw new Malformed(`${what} is not an object`)
  return value
}

/** Reads the answer to get_schema; throws Malformed. */
export function schemaFrom(answer: unknown): Schema {
  const tables = objectOf(objectOf(answer, 'schema').tables, 'tables')
  return new Map(
    Object.entries(tables).map(([table, declared]) => {
      const columns = Object.entries(objectOf(objectOf(declared, table).columns, table))
      return [table, new Map(columns.map(([name, column]) => [name, typeFrom(objectOf(column, name).type)]))]
    }),
  )
}

function typeFrom(type: unknown): ColumnType {
  if (typeof type === 'string') return { shape: 'scalar', atMostOne: true, key: type }
  const { key, value, min = 1, max = 1 } = objectOf(type, 'type')
  const isScalar = min === 1 && max === 1
  return {
    shape: value !== undefined ? 'map' : isScalar ? 'scalar' : 'set',
    atMostOne: max === 1,
    key: baseTypeOf(key),
    ...(value !== undefined && { value: baseTypeOf(value) }),
  }
}

function baseTypeOf(declared: unknown): string {
  const name = isObject(declared) ? declared.type : declared
  if (typeof name !== 'string') throw new Malformed('a column without a type')
  return name
}

const ZERO: Record<string, ColumnValue> = {
  integer: 0,
  real: 0,
  boolean: false,
  string: '',
  uuid: '00000000-0000-0000-0000-000000000000',
}

/** The value a column has where the server leaves it out (RFC 7047 §5.2.1, default values). */
export const defaultOf = ({ shape, key }: ColumnType): ColumnValue =>
  shape === 'map' ? {} : shape === 'set' ? [] : (ZERO[key] ?? '')
