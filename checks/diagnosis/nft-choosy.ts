import type { NftChain } from '../../harness/look/evidence.ts'
import { echoHeadsBytes, USUAL_BYTES } from '../nouns/wanted.ts'
import { type Crossing, type Fields, nameOf, type Payload } from './nft-match.ts'
import { whatSurelyDrops } from './nft-verdict.ts'

/** What differs from echo to echo, and the value that the usual one has, as nft(8) names it. */
const USUAL: Fields = {
  ...{ 'ip dscp': 'cs0', 'ip ecn': 'not-ect', 'icmp id': 1, 'icmp sequence': 1 },
}
/** Any other of them. */
const OTHERS: Record<string, (string | number)[]> = {
  'ip dscp': ['ef'],
  'ip ecn': ['ect0'],
  'icmp id': [4242],
  'icmp sequence': [100],
}
const NUMBER_MAX = 65_535
/** More values are not tried of one field. */
const VALUES_MAX = 64

/**
 * The rule, in words, that surely drops some echoes that pass between the same two ends by the same device, and lets the usual
 * ones pass: those of a size between the usual and `roomBytes`, of a class of service, of an id or a number in their series. Values
 * are tried that rules name; what else a rule goes by leaves it unsure, and it is not told.
 */
export function whatDropsSome(
  chains: NftChain[],
  crossing: Crossing,
  roomBytes: number,
): { words: string; of: string } | undefined {
  if (!crossing.packet.kind.startsWith('echo') || crossing.packet.source.includes(':')) return undefined
  const usualSize = echoHeadsBytes(crossing.packet.destination) + USUAL_BYTES
  const named = new Map<string, Set<string | number>>()
  for (const { rules } of chains) collect(rules, named)
  const otherData = Object.fromEntries([...named.keys()].filter(isOfData).map(field => [field, OTHER_DATA]))
  // Nobody has sent them yet: a counter says nothing of them.
  const dropped = (also: Fields) =>
    whatSurelyDrops(chains, { ...crossing, also: { ...USUAL, ...otherData, isSupposed: 1, ...also } })
  const sizes = numbersAround(named.get('size')).filter(size => size > usualSize && size <= roomBytes)
  const trials: Fields[] = [
    ...[...named].flatMap(([field, values]) =>
      isOfData(field) ? [...values].map(value => ({ [field]: value })) : [],
    ),
    ...sizes.map(size => ({ 'ip length': size, 'meta length': size })),
    ...Object.keys(USUAL).flatMap(field => {
      const values = named.get(field)
      if (!values) return []
      const known = [...values, ...numbersAround(values), ...OTHERS[field]!]
      return known.filter(value => mayBear(field, value)).map(value => ({ [field]: value }))
    }),
  ]
  if (trials.length === 0 || dropped({})) return undefined
  for (const also of trials) {
    const words = dropped(also)
    const [field, value] = Object.entries(also)[0]!
    if (words !== undefined) return { words, of: `${field} ${value}` }
  }
  return undefined
}

/** Networks themselves write that they are congested; a ping has a class of service, an id and a number, none of them 0. */
const mayBear = (field: string, value: string | number): boolean =>
  field.startsWith('icmp')
    ? typeof value === 'number' && value >= 1 && value <= NUMBER_MAX
    : field === 'ip ecn'
      ? ['ect0', 'ect1'].includes(String(value))
      : typeof value === 'string'

const FIELD_OF: Record<string, string> = { 'ip length': 'size', 'meta length': 'size' }

/** No bits are like this: data that no rule names. */
const OTHER_DATA = -1
/** Behind the eight bytes of an echo's header begins what it carries, which every sender chooses (RFC 792). */
const ECHO_HEAD_BITS = 64
const isOfData = (field: string): boolean => Number(/^@th,(\d+),/.exec(field)?.[1]) >= ECHO_HEAD_BITS

/** The values that conditions name of such fields, wherever they stand in rules. */
function collect(value: unknown, named: Map<string, Set<string | number>>): void {
  if (typeof value !== 'object' || value === null) return
  const { match, vmap } = value as {
    match?: { left?: Left; right?: unknown }
    vmap?: { key?: Left; data?: unknown }
  }
  for (const [left, right] of [
    [match?.left, match?.right],
    [vmap?.key, vmap?.data],
  ] as const) {
    const name = left?.payload ? nameOf(left.payload) : left?.meta && `meta ${left.meta.key}`
    const field = name && (FIELD_OF[name] ?? name)
    if (field === undefined || !(field === 'size' || field in USUAL || isOfData(field))) continue
    const values = named.get(field) ?? new Set()
    named.set(field, values)
    for (const one of leavesOf(right)) if (values.size < VALUES_MAX) values.add(one)
  }
  for (const inner of Object.values(value)) collect(inner, named)
}

type Left = { payload?: Payload; meta?: { key?: string } } | undefined

function leavesOf(value: unknown): (string | number)[] {
  if (typeof value === 'number' || typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : []
}

/** On, below and above each number: a condition may be open there. */
const numbersAround = (values: Set<string | number> | undefined): number[] =>
  [...(values ?? [])].flatMap(value => (typeof value === 'number' ? [value, value - 1, value + 1] : []))
