import type { ColumnValue } from '../core/rows.ts'
import { Malformed } from './frames.ts'
import type { ColumnType } from './schema.ts'

/** Decodes one <value> by its column's type (RFC 7047 §5.1); throws Malformed. */
export function decode(type: ColumnType, value: unknown): ColumnValue {
  if (type.shape === 'map') return Object.fromEntries(pairsOf(type, value))
  const atoms = (tagged(value, 'set') ?? [value]).map(atom => atomFrom(type.key, atom))
  // A set has each element once, whatever a server says.
  if (type.shape === 'set') return [...new Set(atoms)]
  if (atoms.length !== 1) throw new Malformed('a scalar column without one value')
  return atoms[0]!
}

/**
 * A column's value after a `modify` of update2 (ovsdb-server(7), 4.1.14): the new value where the column holds at
 * most one element; else elements and pairs to take away where they are there, and to add where they are not.
 */
export function applyDifference(type: ColumnType, old: ColumnValue, difference: unknown): ColumnValue {
  const change = decode(type, difference)
  if (type.atMostOne) return change
  if (Array.isArray(old) && Array.isArray(change)) {
    const kept = old.filter(element => !change.includes(element))
    return [...kept, ...change.filter(element => !old.includes(element))].sort(byValue)
  }
  const pairs = new Map(Object.entries(old as Record<string, ColumnValue>))
  for (const [key, value] of Object.entries(change as Record<string, ColumnValue>))
    if (pairs.get(key) === value) pairs.delete(key)
    else pairs.set(key, value)
  return Object.fromEntries([...pairs].sort(([a], [b]) => byValue(a, b)))
}

/** The order in which the server itself lists elements: by value, numbers as numbers. */
const byValue = (a: ColumnValue, b: ColumnValue) => (a < b ? -1 : a > b ? 1 : 0)

function pairsOf({ key, value: valueType = 'string' }: ColumnType, value: unknown): [string, ColumnValue][] {
  const pairs = tagged(value, 'map')
  if (!pairs) throw new Malformed('a map column without a map')
  return pairs.map(pair => {
    if (!Array.isArray(pair) || pair.length !== 2) throw new Malformed('a map with what is no pair')
    return [String(atomFrom(key, pair[0])), atomFrom(valueType, pair[1])]
  })
}

const JS_TYPE: Record<string, string> = {
  string: 'string',
  integer: 'number',
  real: 'number',
  boolean: 'boolean',
}

function atomFrom(type: string, value: unknown): string | number | boolean {
  if (type === 'uuid' && Array.isArray(value) && value[0] === 'uuid' && typeof value[1] === 'string')
    return value[1]
  if (type in JS_TYPE && typeof value === JS_TYPE[type]) return value as string | number | boolean
  throw new Malformed(`what is no ${type}`)
}

function tagged(value: unknown, tag: 'set' | 'map'): unknown[] | undefined {
  const isTagged = Array.isArray(value) && value[0] === tag && Array.isArray(value[1])
  return isTagged ? (value[1] as unknown[]) : undefined
}
