import type { Hop } from '../core/hop.ts'
import type { Judgement } from '../core/verdict.ts'
import type { ElementKind, MapElement, MapModel } from './model.ts'

type Place = Pick<Judgement, 'where' | 'saw' | 'expected' | 'try'> & {
  hops?: Pick<Hop, 'verdict' | 'row' | 'where' | 'saw'>[]
}

/** What each table’s rows are on the map (ovn-nb(5), ovn-sb(5), ovs-vswitchd.conf.db(5)). */
const KINDS_OF: Record<string, ElementKind[]> = {
  Logical_Switch: ['switch'],
  Logical_Switch_Port: ['switch-port'],
  Logical_Router: ['router'],
  Logical_Router_Port: ['router-port'],
  Logical_Router_Static_Route: ['router'],
  Logical_Router_Policy: ['router'],
  Gateway_Chassis: ['router-port'],
  HA_Chassis: ['router-port'],
  HA_Chassis_Group: ['router-port'],
  NAT: ['router'],
  ACL: ['switch'],
  QoS: ['switch'],
  Load_Balancer: ['switch', 'router'],
  DHCP_Options: ['switch'],
  Port_Binding: ['switch-port', 'router-port'],
  Datapath_Binding: ['switch', 'router'],
  Multicast_Group: ['switch'],
  MAC_Binding: ['router-port'],
  Chassis: ['node'],
  Encap: ['node'],
  Bridge: ['bridge', 'integration-bridge'],
  Port: ['plug', 'patch', 'tunnel', 'physical'],
  Interface: ['plug', 'patch', 'tunnel', 'physical'],
}

/**
 * The elements that a judgement is about: `where` says the node, and the link, bridge, namespace or table; of a table, the rows
 * are meant whose names stand in what was seen. Empty only where the map has nothing of the kind.
 */
export function placesOf(map: MapModel, place: Place): string[] {
  const [node = '', ...rest] = (place.where ?? '').split(' · ')
  const own = map.elements.filter(one => one.node === node)
  const whole = own.find(({ id }) => id === `node:${node}`)
  if (rest[0] === 'OVN_Northbound' || rest[0] === 'OVN_Southbound')
    return rowsMeant(map.elements, rest, place, whole)
  if (!whole) return inTwoPlaces(map, place.where ?? '')
  if (rest[0] === 'Open_vSwitch') {
    if (rest[2]?.includes('bridge-mappings')) return mappedOn(own, whole)
    return rowsMeant(own, rest, place, whole)
  }
  const netns = /^netns (.+)$/.exec(rest[0] ?? '')?.[1]
  const [name = ''] = (rest[0] ?? '').split(/ → |, /)
  const port = /^port (.+)$/.exec(rest.at(-1) ?? '')?.[1]
  const meant =
    own.find(one => port !== undefined && one.name === port) ??
    own.find(one =>
      netns === undefined
        ? one.kind !== 'namespace' && one.kind !== 'node' && one.name === name
        : one.kind === 'namespace' && one.name === netns,
    ) ??
    own.find(one => one.isMissing && one.id.endsWith(`/${netns ?? name}`))
  return [(meant ?? whole).id]
}

/** `physical network · …`, or a way from one node to another. */
function inTwoPlaces({ elements }: MapModel, where: string): string[] {
  const wire = elements.find(({ kind, type }) => kind === 'wire' && type === 'physical')
  return where.startsWith('physical network') && wire ? [wire.id] : []
}

function rowsMeant(
  elements: MapElement[],
  [, table = '']: string[],
  place: Place,
  node: MapElement | undefined,
): string[] {
  const kinds = KINDS_OF[table] ?? []
  const all = elements.filter(({ kind }) => kinds.includes(kind))
  const broken = place.hops?.find(({ verdict }) => verdict === 'broken')
  const saw = [place.saw?.en, broken?.row, broken?.saw?.en].filter(Boolean).join(' ')
  const namedIn = (words: string, among: MapElement[]) =>
    among.filter(({ name }) => name !== '' && isNamedIn(name, words)).map(({ id }) => id)
  const missing = all.filter(({ isMissing }) => isMissing)
  // What a row is missing for is known by what the lesson misses there.
  const missed = (words: string) =>
    missing
      .filter(one => one.facts.some(fact => fact.en.split(' ').some(word => isNamedIn(word, words))))
      .map(({ id }) => id)
  const inner = elements.filter(({ kind }) => kind !== 'node')
  const wished = [place.expected?.en, place.try].filter(Boolean).join(' ')
  const asked = [namedIn(saw, all), missed(saw), missed(wished), namedIn(saw, inner), namedIn(wished, all)]
  const meant = asked.find(ids => ids.length > 0)
  if (meant) return meant
  if (missing.length > 0) return missing.map(({ id }) => id)
  if (all.length > 0 && all.length <= AMBIGUOUS_MAX) return all.map(({ id }) => id)
  return node ? [node.id] : []
}

/** So many rows are all marked where none is named; of more, their node is. */
const AMBIGUOUS_MAX = 4

/** The whole name, and not a part of another one. */
function isNamedIn(name: string, words: string): boolean {
  for (let at = words.indexOf(name); at >= 0; at = words.indexOf(name, at + 1)) {
    const around = [words[at - 1], words[at + name.length]]
    if (around.every(one => one === undefined || !/[\w-]/.test(one))) return true
  }
  return false
}

/** A mapping is about the bridge it is for: one that is mapped, else one the lesson misses, else the node. */
function mappedOn(own: MapElement[], node: MapElement): string[] {
  const bridges = own.filter(({ kind }) => kind === 'bridge')
  const bridge =
    bridges.find(one => one.facts.some(fact => fact.en.startsWith('network '))) ??
    bridges.find(one => one.isMissing)
  return [(bridge ?? node).id]
}
