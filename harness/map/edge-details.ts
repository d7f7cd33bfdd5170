import type { LinkCounters } from '../look/evidence.ts'
import { interfaceKey, linkKey } from './keys.ts'
import type { Detail, MapEdge, MapModel } from './model.ts'

/** The rows that an edge is about, of both its ends; each row once. */
export function detailsOfEdge({ elements }: MapModel, { from, to, rows }: MapEdge): Detail[] {
  const ends = elements.filter(({ id }) => id === from || id === to)
  const found = rows.flatMap(row => ends.flatMap(({ details }) => details.filter(({ key }) => key === row)))
  return found.filter((one, at) => found.findIndex(({ key }) => key === one.key) === at)
}

/** What was counted, by the keys of the details that it belongs to. */
export type Counters = Readonly<Record<string, Readonly<Record<string, number>>>>

/** What was counted on a node, by the keys of details. */
export function countersFrom(node: string, { links, interfaces }: LinkCounters): Counters {
  const entries = (counted: Record<string, Record<string, number>>, keyOf: (name: string) => string) =>
    Object.entries(counted).map(([name, counts]) => [keyOf(name), counts] as const)
  return Object.fromEntries([
    ...entries(links.node, name => linkKey(node, '', name)),
    ...Object.entries(links.netns).flatMap(([netns, own]) =>
      entries(own, name => linkKey(node, netns, name)),
    ),
    ...entries(interfaces, name => interfaceKey(node, name)),
  ])
}

/** The map with what was counted beside the rows that it belongs to, as rows of their own. */
export const withCounters = (map: MapModel, counters: Counters): MapModel => ({
  ...map,
  elements: map.elements.map(one => ({
    ...one,
    details: one.details.map(detail => {
      const counts = counters[detail.key ?? '']
      return counts ? { ...detail, counters: { ...counts } } : detail
    }),
  })),
})
