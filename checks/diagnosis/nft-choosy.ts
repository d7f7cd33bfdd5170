import type { NftChain } from '../../harness/look/evidence.ts'
import { ANSWERED_AT, ASKED_FROM } from '../nouns/client-ports.ts'
import { echoHeadsBytes, USUAL_BYTES } from '../nouns/wanted.ts'
import type { Crossing, Fields } from './nft-fields.ts'
import { type Left, lookedAt } from './nft-match.ts'
import { spoilt } from './nft-spoilt.ts'
import { whatSurelyDrops } from './nft-verdict.ts'

/** A bit that says that a packet is not to be cut, and one that more pieces of it follow (RFC 791). */
const [DONT_FRAGMENT, MORE_FRAGMENTS] = [0x4000, 0x2000]
const OF_IP: Fields = { 'ip dscp': 'cs0', 'ip ecn': 'not-ect', 'ip ttl': 64, 'ip frag-off': DONT_FRAGMENT }
/** What differs from packet to packet, and the value that the usual one has, as nft(8) names it: of echoes, and of connections. */
const USUAL: Fields = {
  ...OF_IP,
  ...{ 'icmp id': 1, 'icmp sequence': 1, 'ct packets': 1, 'ct bytes': 84 },
}
const lengths = (bytes: number): Fields => ({ 'ip length': bytes, 'meta length': bytes })
/** What begins a connection, and accepts it. */
const SYN_BYTES = 60
const OF_TCP: Fields = { ...OF_IP, ...lengths(SYN_BYTES) }
const USUAL_OF_TCP: Record<string, Fields> = {
  'tcp-request': { ...OF_TCP, 'tcp sport': 50_000, 'th sport': 50_000 },
  'tcp-reply': { ...OF_TCP, 'tcp dport': 50_000, 'th dport': 50_000 },
}
/** The head of IPv6, which its own length leaves out (RFC 8200, section 3). */
const IP6_BYTES = 40
const lengths6 = (bytes: number): Fields => ({ 'ip6 length': bytes - IP6_BYTES, 'meta length': bytes })
/** The same of an echo of IPv6. */
const USUAL_OF_INET6: Fields = {
  ...{ 'ip6 dscp': 'cs0', 'ip6 ecn': 'not-ect', 'ip6 hoplimit': 64 },
  ...{ 'icmpv6 id': 1, 'icmpv6 sequence': 1, 'ct packets': 1, 'ct bytes': 104 },
  'exthdr frag': 0,
}
/** Who sends a question: a program of root's in a check. Answers are the kernel's own, and no user's (nft(8), meta skuid). */
const OF_ROOT: Fields = { 'meta skuid': 0, 'meta skgid': 0 }
/** Anybody who is not root, nor one whom a rule means. */
const ORDINARY_USER = 5_000
const PORTS = { sport: [1025, 20_000, 40_000, 65_000], dport: [32_768, 40_000, 60_999] }
/** Any other of them. */
const OTHERS: Record<string, (string | number)[]> = {
  'ip dscp': ['ef'],
  'ip ecn': ['ect0'],
  'ip ttl': [255],
  'ip frag-off': [MORE_FRAGMENTS],
  'exthdr frag': [1],
  'icmp id': [4242],
  'icmp sequence': [100],
  'ip6 dscp': ['ef'],
  'ip6 ecn': ['ect0'],
  'ip6 hoplimit': [255],
  'icmpv6 id': [4242],
  'icmpv6 sequence': [100],
  'ct packets': [100],
  'ct bytes': [10_000],
  'meta skuid': [ORDINARY_USER],
  'meta skgid': [ORDINARY_USER],
  ...Object.fromEntries(
    ['tcp', 'th'].flatMap(of => Object.entries(PORTS).map(([at, ports]) => [`${of} ${at}`, ports])),
  ),
}
const NUMBER_MAX = 65_535
/** More values are not tried of one field. */
const VALUES_MAX = 64

/**
 * The rule, in words, that surely drops some packets that pass between the same two ends by the same device, and lets the usual
 * ones pass: echoes of a size between the usual and `roomBytes`, of an id or a number in their series; connections begun from a
 * port; either of a class of service, with a time to live, as one of several pieces, or sent by an ordinary user. Values are tried that rules name; what else
 * a rule goes by leaves it unsure, and it is not told.
 */
export function whatDropsSome(
  given: NftChain[],
  crossing: Crossing,
  roomBytes: number,
  refusedMarks: number[] = [],
): { words: string; of: string } | undefined {
  const { kind, source, destination } = crossing.packet
  const isInet6 = source.includes(':')
  const isEcho = kind.startsWith('echo')
  const usualSize = isEcho ? echoHeadsBytes(destination) + USUAL_BYTES : SYN_BYTES
  const ofKind = isEcho
    ? isInet6
      ? { ...USUAL_OF_INET6, ...lengths6(usualSize) }
      : USUAL
    : USUAL_OF_TCP[kind]
  if (!ofKind || (isInet6 && !isEcho)) return undefined
  const isSentByUser = kind.endsWith('-request') && crossing.way === 'out'
  const usual = { ...ofKind, ...(isSentByUser && OF_ROOT) }
  const chains = spoilt(given, refusedMarks)
  const named = new Map<string, Set<string | number>>()
  for (const { rules } of chains) collect(rules, named, usual)
  const otherData = Object.fromEntries([...named.keys()].filter(isOfData).map(field => [field, OTHER_DATA]))
  // Nobody has sent them yet: a counter says nothing of them.
  const dropped = (also: Fields) =>
    whatSurelyDrops(
      'ip frag-off' in also || 'exthdr frag' in also ? chains.filter(seesPieces(chains)) : chains,
      {
        ...crossing,
        also: { ...usual, ...otherData, isSupposed: 1, ...also },
      },
    )
  const sizes = numbersAround(named.get('size'))
    .flatMap(size => (isInet6 ? [size, size + IP6_BYTES] : [size]))
    .filter(size => size > usualSize && size <= roomBytes)
  const trials: Fields[] = [
    ...[...named].flatMap(([field, values]) =>
      isOfData(field) ? [...values].map(value => ({ [field]: value })) : [],
    ),
    ...sizes.map(isInet6 ? lengths6 : lengths),
    ...Object.keys(usual).flatMap(field => {
      const values = named.get(field)
      if (!values || field in FIELD_OF) return []
      const known = [...values, ...numbersAround(values), ...(OTHERS[field] ?? [])]
      return known.filter(value => mayBear(field, value)).map(value => ({ [field]: value }))
    }),
  ]
  if (trials.length === 0 || dropped({})) return undefined
  for (const also of trials) {
    const words = dropped(also)
    const [field, value] = Object.entries(also)[0]!
    const isOfService =
      isServicePort(field, value) &&
      [Number(value) - 1, Number(value) + 1].every(port => dropped({ [field]: port }) === undefined)
    if (words !== undefined && !isOfService) return { words, of: `${field} ${value}` }
  }
  return undefined
}

/**
 * Whether a chain sees packets in pieces: at a device it does, before a route is looked up unless connections are followed, which
 * puts them together first; elsewhere never (nft(8), Address Families).
 */
const seesPieces = (chains: NftChain[]) => {
  const isTracking = /"(ct|[ds]nat|masquerade|redirect)":/.test(
    JSON.stringify(chains.map(({ rules }) => rules)),
  )
  return ({ family, hook }: NftChain): boolean =>
    family === 'netdev' || (hook === 'prerouting' && !isTracking)
}

/** Below, packets have come a long way, or are sent to find out which (traceroute(8)). */
const TTL_MIN = 30

/** Networks themselves write that they are congested; a ping has a class of service, an id and a number, none of them 0. */
function mayBear(field: string, value: string | number): boolean {
  if (/^ip6? ecn$/.test(field)) return ['ect0', 'ect1'].includes(String(value))
  if (/^ip6? dscp$/.test(field)) return typeof value === 'string'
  if (typeof value !== 'number') return false
  if (field in OF_ROOT) return value === ORDINARY_USER
  if (field === 'ip ttl' || field === 'ip6 hoplimit') return value >= TTL_MIN && value <= 255
  if (field === 'ip frag-off') return value === MORE_FRAGMENTS
  if (field === 'exthdr frag') return value === 1
  if (field.endsWith('port')) {
    const [first, last] = field.endsWith('dport') ? ANSWERED_AT : ASKED_FROM
    return value >= first && value <= last
  }
  return value >= 1 && value <= NUMBER_MAX
}

/** A rule that drops what comes from such a port, and from no port beside it, keeps what a service answers: no client of Linux chooses it. */
const isServicePort = (field: string, value: string | number) =>
  field.endsWith('sport') && Number(value) < ANSWERED_AT[0]

const FIELD_OF: Record<string, string> = { 'ip length': 'size', 'meta length': 'size', 'ip6 length': 'size' }

/** No bits are like this: data that no rule names. */
const OTHER_DATA = -1
/** Behind the eight bytes of an echo's header begins what it carries, which every sender chooses (RFC 792). */
const ECHO_HEAD_BITS = 64
const isOfData = (field: string): boolean => Number(/^@th,(\d+),/.exec(field)?.[1]) >= ECHO_HEAD_BITS

/** The values that conditions name of such fields, wherever they stand in rules. */
function collect(value: unknown, named: Map<string, Set<string | number>>, usual: Fields): void {
  if (typeof value !== 'object' || value === null) return
  const { match, vmap } = value as {
    match?: { left?: Left; right?: unknown }
    vmap?: { key?: Left; data?: unknown }
  }
  for (const [left, right] of [
    [match?.left, match?.right],
    [vmap?.key, vmap?.data],
  ] as const) {
    const name = left && lookedAt(left)
    const field = name && (FIELD_OF[name] ?? name)
    if (field === undefined || !(field === 'size' || field in usual || isOfData(field))) continue
    const values = named.get(field) ?? new Set()
    named.set(field, values)
    for (const one of leavesOf(right)) if (values.size < VALUES_MAX) values.add(one)
  }
  for (const inner of Object.values(value)) collect(inner, named, usual)
}

function leavesOf(value: unknown): (string | number)[] {
  if (typeof value === 'number' || typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : []
}

/** On, below and above each number: a condition may be open there. */
const numbersAround = (values: Set<string | number> | undefined): number[] =>
  [...(values ?? [])].flatMap(value => (typeof value === 'number' ? [value, value - 1, value + 1] : []))
