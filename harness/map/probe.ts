import type { Hop } from '../core/hop.ts'
import type { ProbeMark } from './marks.ts'
import type { MapElement, MapModel } from './model.ts'

/**
 * Where on the map the packet of a trail was heard, request and reply apart, in its order; and the first place where it was not.
 * What lies between two such places is marked only where it broke there.
 */
export function probeMarks(map: MapModel, hops: readonly Hop[]): ProbeMark[] {
  const lost = hops.findIndex(({ verdict }) => verdict === 'broken')
  const first = lost >= 0 ? lost : hops.findIndex(({ verdict }) => verdict === 'unreached')
  return hops.flatMap((hop, at): ProbeMark[] => {
    const verdict =
      at === first
        ? 'lost'
        : hop.verdict === 'ok'
          ? 'heard'
          : hop.verdict === 'unknown'
            ? 'unknown'
            : undefined
    const isInferred = hop.kind === 'bridge' || hop.kind === 'wire' || hop.kind === 'database'
    if (verdict === undefined || (isInferred && verdict !== 'lost')) return []
    const on = placeOf(map, hops, at)
    if (on === undefined) return []
    const { direction = 'request', heardMs, withinMs, title, saw } = hop
    return [
      {
        ...{ on, direction, verdict, title },
        ...(heardMs !== undefined && { heardMs }),
        ...(withinMs !== undefined && { withinMs }),
        ...(saw && { saw }),
      },
    ]
  })
}

/** The element a hop is at. */
function placeOf(map: MapModel, hops: readonly Hop[], at: number): string | undefined {
  const hop = hops[at]!
  const { elements, edges } = map
  const own = elements.filter(({ node }) => node === hop.node)
  const named = (kinds: MapElement['kind'][], name: string | undefined) =>
    own.find(one => kinds.includes(one.kind) && one.name === name)?.id
  if (hop.kind === 'stack')
    return hop.netns === undefined ? named(['node'], hop.node) : named(['namespace'], hop.netns)
  if (hop.kind === 'outside')
    return elements.find(one => one.kind === 'outside' && hop.title.en.split(/\s/).includes(one.name))?.id
  if (hop.links)
    return hop.links.map(link => named(LINKS, link)).find(Boolean) ?? named(['namespace'], hop.netns)
  const [before, behind] = [around(map, hops, at, -1), around(map, hops, at, 1)]
  const leadsTo = (id: string | undefined, kind: 'plugged' | 'wire') =>
    edges.filter(edge => edge.kind === kind && edge.from === id).map(({ to }) => to)
  if (hop.kind === 'wire') return leadsTo(before, 'wire')[0] ?? leadsTo(behind, 'wire')[0]
  const shared = leadsTo(before, 'plugged').find(to => leadsTo(behind, 'plugged').includes(to))
  return shared ?? own.find(({ kind }) => kind === 'integration-bridge')?.id
}

const LINKS: MapElement['kind'][] = ['plug', 'physical', 'linux-bridge', 'bridge']

/** The next place, that way, where links are named. */
function around(map: MapModel, hops: readonly Hop[], at: number, step: 1 | -1): string | undefined {
  for (let other = at + step; hops[other]; other += step)
    if (hops[other]!.links) return placeOf(map, hops, other)
  return undefined
}
