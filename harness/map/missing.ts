import { type Text, text } from '../core/text.ts'
import type { ElementKind, MapEdge, MapElement, MapModel, Source } from './model.ts'

/** Names that lessons leave to the learner: of what is missing, its kind is told and not how the solution calls it. */
const FREELY_NAMED: ReadonlySet<ElementKind> = new Set([
  'router',
  'router-port',
  'switch',
  'switch-port',
  'linux-bridge',
  'bridge',
  'patch',
  'tunnel',
  'plug',
])
/** What a lesson never makes: that its own lab has it and this one has not is a difference of the labs. */
const GIVEN: ReadonlySet<ElementKind> = new Set(['node', 'physical', 'wire', 'outside'])

/**
 * The map with what a lesson still misses: what `wanted`, a map of the lesson as solved, has and this one has not, compared by
 * what things are for, whatever they are called. Things of both keep the ids, and so the places, that they have in `wanted`.
 */
export function withMissing(map: MapModel, wanted: MapModel): MapModel {
  const found = pairsOf(map, wanted)
  const renamed = new Map([...found].map(([theirs, own]) => [own, theirs]))
  const ownName = (id: string) => renamed.get(id) ?? id
  const isSeen = (source: Source) => !map.unseen.includes(source)
  const elements = map.elements.map(one => ({
    ...one,
    id: ownName(one.id),
    ...(one.inside !== undefined && { inside: ownName(one.inside) }),
  }))
  const edges = map.edges.map(edge => edgeBetween(edge, ownName(edge.from), ownName(edge.to)))
  const missing = wanted.elements.filter(
    one => !found.has(one.id) && isMade(one, wanted) && sourcesOf(one).every(isSeen),
  )
  const ids = new Set([...elements, ...missing].map(({ id }) => id))
  const isThere = (edge: MapEdge) =>
    edges.some(
      ({ kind, from, to }) =>
        kind === edge.kind &&
        ((from === edge.from && to === edge.to) || (from === edge.to && to === edge.from)),
    )
  return {
    ...map,
    ...(wanted.lesson !== undefined && { lesson: wanted.lesson }),
    elements: [...elements, ...missing.map(asMissing)],
    edges: [
      ...edges,
      ...wanted.edges
        .filter(edge => ids.has(edge.from) && ids.has(edge.to) && !isThere(edge))
        .filter(edge => sourcesOfEdge(edge, wanted).every(isSeen))
        .map(({ off: _off, ...edge }) => ({ ...edge, rows: [], isMissing: true as const })),
    ],
    reserved: wanted.elements.map(({ id, inside }) => ({ id, ...(inside !== undefined && { inside }) })),
  }
}

/** The same places without outlines: for a lesson that is complete, in whatever way. */
export function placedAs(map: MapModel, wanted: MapModel): MapModel {
  const { elements, edges, ...rest } = withMissing(map, wanted)
  return {
    ...rest,
    elements: elements.filter(one => !one.isMissing),
    edges: edges.filter(one => !one.isMissing),
  }
}

const edgeBetween = (edge: MapEdge, from: string, to: string): MapEdge =>
  from === edge.from && to === edge.to ? edge : { ...edge, id: `${edge.kind}:${from}>${to}`, from, to }

/** What has to be looked at before a thing can be called missing. */
function sourcesOf({ kind, node }: Pick<MapElement, 'kind' | 'node'>): Source[] {
  if (node === undefined) return ['northbound']
  if (kind === 'namespace' || kind === 'linux-bridge') return [`kernel of ${node}`]
  return [`kernel of ${node}`, `Open vSwitch of ${node}`]
}

const sourcesOfEdge = ({ kind, from, to }: MapEdge, { elements }: MapModel): Source[] => [
  ...elements.filter(({ id }) => id === from || id === to).flatMap(sourcesOf),
  ...(kind === 'bound' || kind === 'mapped' ? (['southbound'] as const) : []),
]

/** A bridge that holds the underlay is of some datapaths only, and no lesson’s. */
const isMade = ({ id, kind, node }: MapElement, { elements }: MapModel): boolean =>
  !GIVEN.has(kind) &&
  !(
    kind === 'bridge' &&
    elements.some(one => one.type === 'underlay' && one.node === node && id === `bridge:${node}/${one.name}`)
  )

function asMissing({ off: _off, ...one }: MapElement): MapElement {
  const isFree = FREELY_NAMED.has(one.kind)
  return {
    ...one,
    name: isFree ? '' : one.name,
    // The address of a gateway is the lesson’s; a network’s name, or a chosen address, is not.
    facts: one.kind === 'router-port' ? one.facts.slice(0, 1) : purposeOf(one),
    details: [],
    isMissing: true,
  }
}

function purposeOf({ id }: MapElement): Text[] {
  const [, namespace] = /^(?:lsp|outer):(?!localnet\/)[^/]+\/([^/]+)/.exec(id) ?? []
  if (namespace !== undefined) return [text(`for ${namespace}`, `給 ${namespace}`)]
  const [, link] = /^bridge:[^/]+\/(.+)/.exec(id) ?? []
  return link === undefined ? [] : [text(`for ${link}`, `給 ${link}`)]
}

/** Of each thing of the solved lesson, the id it has here: by its own, by what it holds, by its name, or as the only one. */
function pairsOf(map: MapModel, wanted: MapModel): Map<string, string> {
  const own = new Set(map.elements.map(({ id }) => id))
  const found = new Map(wanted.elements.filter(({ id }) => own.has(id)).map(({ id }) => [id, id]))
  const isFree = ({ id }: MapElement) => ![...found.values()].includes(id)
  const alike = (theirs: MapElement) =>
    map.elements.filter(
      one =>
        isFree(one) &&
        one.kind === theirs.kind &&
        one.type === theirs.type &&
        one.node === theirs.node &&
        one.inside === (theirs.inside === undefined ? undefined : found.get(theirs.inside)),
    )
  const open = () => wanted.elements.filter(one => !found.has(one.id) && FREELY_NAMED.has(one.kind))
  const members = (model: MapModel, id: string) => model.elements.filter(({ inside }) => inside === id)
  // Switches and routers first: their ports are compared within them.
  for (const holds of [true, false]) {
    const inTurn = () => open().filter(({ kind }) => (kind === 'switch' || kind === 'router') === holds)
    if (holds)
      for (const theirs of inTurn()) {
        const shared = (one: MapElement) =>
          members(wanted, theirs.id).filter(({ id }) => members(map, one.id).some(member => member.id === id))
            .length
        const [best] = alike(theirs)
          .filter(one => shared(one) > 0)
          .sort((one, other) => shared(other) - shared(one))
        if (best) found.set(theirs.id, best.id)
      }
    for (const theirs of inTurn()) {
      const same = alike(theirs).find(({ name }) => name === theirs.name)
      if (same) found.set(theirs.id, same.id)
    }
    for (const theirs of inTurn()) {
      const [only, ...others] = alike(theirs)
      const rivals = inTurn().filter(one => one !== theirs && alike(one).includes(only!))
      if (only && others.length === 0 && rivals.length === 0 && theirs.kind !== 'plug')
        found.set(theirs.id, only.id)
    }
  }
  return found
}
