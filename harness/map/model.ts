import type { ColumnValue } from '../core/rows.ts'
import type { Text } from '../core/text.ts'

/** What is drawn, in the order of the causes: what OVN was told, then the nodes, then what joins them. */
export const KINDS = [
  'router',
  'router-port',
  'switch',
  'switch-port',
  'node',
  'namespace',
  'plug',
  'linux-bridge',
  'integration-bridge',
  'tunnel',
  'patch',
  'bridge',
  'physical',
  'wire',
  'outside',
] as const
export type ElementKind = (typeof KINDS)[number]

/** One row or link behind an element, opened with it: columns and their values, as their own program prints them. */
export interface Detail {
  /** Of what it is, such as `link:controller/ns1/eth0` or `Interface:controller/eth2`: edges name those that they are about. */
  key?: string
  title: string
  rows: { name: string; value: string }[]
  /** What it had counted when the map was drawn, where that was asked. */
  counters?: Record<string, number>
}

/** One thing of a lab, or one that a lesson still misses. */
export interface MapElement {
  /**
   * What it is for, such as `outer:controller/ns1`: it stays the same whatever the thing itself is called, so that it keeps its
   * place, and can be found in another lab.
   */
  id: string
  kind: ElementKind
  /** As it is called there; of what is missing, as the lesson’s own solution calls it, which the learner need not. */
  name: string
  node?: string
  /** The element it is a part of: the switch of a port, the bridge of a patch port. */
  inside?: string
  /** Of a port: its type, where that is not empty (ovn-nb(5)). */
  type?: string
  isMissing?: true
  /** What is told beside its name. */
  facts: Text[]
  /** Why it carries nothing just now: it is down, or bound to no chassis. */
  off?: Text
  details: Detail[]
}

export type EdgeKind =
  | 'veth'
  | 'plugged'
  | 'lower'
  | 'patch'
  | 'tunnel'
  | 'wire'
  | 'bound'
  | 'mapped'
  | 'peer'

/** What joins two elements. */
export interface MapEdge {
  id: string
  kind: EdgeKind
  from: string
  to: string
  isMissing?: true
  /** Why it carries nothing just now, though it is there. */
  off?: Text
  /** Keys of the details, of its two ends, that it is about. */
  rows: string[]
}

/** What a part of a lab adds to a map. */
export interface Drawn {
  elements: MapElement[]
  edges: MapEdge[]
}

/** What a part of a map is drawn from. */
export type Source = 'northbound' | 'southbound' | `kernel of ${string}` | `Open vSwitch of ${string}`

/** A lab as it really is, drawn from its databases and kernels: plain data. */
export interface MapModel {
  schema: 1
  lab: string
  /** The lesson whose missing parts are outlined, by its id. */
  lesson?: string
  /** Of the nodes, from left to right. */
  nodes: string[]
  elements: MapElement[]
  edges: MapEdge[]
  /** What has a place of its own, whether it is there or not: what the lesson is about, in its order. */
  reserved: Pick<MapElement, 'id' | 'inside'>[]
  /** What could not be looked at, and why. */
  blind: { where: string; reason: Text }[]
  /** The same by what depends on it: nothing of these sources can be called missing. */
  unseen: Source[]
}

/** A value of a column as OVSDB prints it, near enough to be recognized. */
export function valueWords(value: ColumnValue): string {
  if (Array.isArray(value))
    return value.length === 1 ? valueWords(value[0]!) : `[${value.map(valueWords).join(', ')}]`
  if (typeof value === 'object')
    return `{${Object.entries(value)
      .map(([key, one]) => `${key}=${valueWords(one)}`)
      .join(', ')}}`
  return String(value)
}

const isEmpty = (value: ColumnValue) =>
  value === '' || (typeof value === 'object' && Object.keys(value).length === 0)

/** A row as a detail: its columns that hold something. */
export const rowDetail = (title: string, row: object, key?: string): Detail => ({
  ...(key !== undefined && { key }),
  title,
  rows: Object.entries(row as Record<string, ColumnValue>)
    .filter(([, value]) => !isEmpty(value))
    .map(([name, value]) => ({ name, value: valueWords(value) })),
})

/** The first of these ids that none of the elements has: a second thing of one role gets a number of its own. */
export function freeId(elements: readonly { id: string }[], id: string): string {
  const isTaken = (wanted: string) => elements.some(one => one.id === wanted)
  let [free, number] = [id, 1]
  while (isTaken(free)) free = `${id}#${++number}`
  return free
}
