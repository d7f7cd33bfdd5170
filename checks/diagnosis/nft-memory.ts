import type { NftChain, NftRule } from '../../harness/look/evidence.ts'
import { exchangeOf, type Wanted } from '../nouns/wanted.ts'
import { type Fields, fieldsOf } from './nft-fields.ts'
import { countsOfEach, type Match, meets } from './nft-match.ts'

/**
 * How long the elements live, in seconds, that rules add to sets on which it may depend whether the packets of a ping pass
 * (nft(8), set statement): as long as the rule says, else as the set does, and for ever where neither says it. A set is left out
 * that no rule goes by which those packets may meet, and so is one that only forbids and that they are never added to: what
 * others are banned for has not let them pass.
 */
export function livesOfMemory(met: NftChain[], all: NftChain[], ping: Ping): number[] {
  const packets = packetsOf(ping)
  const seen = metBy(all, packets)
  const filling = new Set(metBy(met, packets))
  const decides = (set: string, isOfPing: boolean) => {
    const asking = seen.filter(rule => rule.some(statement => goesBy(statement, set)))
    return asking.some(rule => !isBan(rule, set)) || (asking.length > 0 && isOfPing)
  }
  return metBy(met, [undefined]).flatMap(rule => {
    const isOfPing = filling.has(rule)
    const lets = isOfPing && letsByCount(rule)
    return rule
      .flatMap(addedBy)
      .flatMap(({ set, life }) => (lets || decides(set, isOfPing) ? [life ?? Number.POSITIVE_INFINITY] : []))
  })
}

interface Ping {
  isInet6: boolean
  /** It is no ping, but begins connections to this port. */
  tcpPort?: number
}

/** Where addresses are translated and how large the packets are differs from one place to the next: that is left open. */
const OPEN = /addr$|length$| code$|^ct state$/

/** A ping, its answer, and what asks for neighbours: what is known of each wherever it is. */
function packetsOf({ isInet6, tcpPort }: Ping): Fields[] {
  const [from, to] = isInet6 ? ['::1', '::2'] : ['0.0.0.1', '0.0.0.2']
  const { request, reply } = exchangeOf(from, to, tcpPort)
  const asking = (['arp-request', 'arp-reply'] as const).map(
    (kind): Wanted => ({ kind, source: from, destination: to, token: '' }),
  )
  return [request, reply, ...asking].map(packet =>
    Object.fromEntries(
      Object.entries(fieldsOf({ packet, device: '', way: 'through', isSupposed: true }))
        .filter(([name]) => !OPEN.test(name))
        .concat([['isSupposed', 1]]),
    ),
  )
}

/** The rules that some of the packets may meet; `undefined` meets every rule. */
const metBy = (chains: NftChain[], packets: (Fields | undefined)[]): NftRule[] =>
  chains.flatMap(({ rules }) => metIn(rules, packets))

/** Those of chains that they lead to are among them. */
function metIn(rules: NftRule[], packets: (Fields | undefined)[]): NftRule[] {
  return rules.flatMap(rule => {
    const met = packets.filter(packet => packet === undefined || meets(rule, packet) !== false)
    if (met.length === 0) return []
    return [rule, ...rule.flatMap(rulesWithin).flatMap(within => metIn(within, met))]
  })
}

/** The rules of the chains that a statement leads to. */
function rulesWithin(statement: Record<string, unknown>): NftRule[][] {
  const { jump, goto, vmap } = statement as Leading & {
    vmap?: { data?: { set?: [unknown, Leading | null][] } }
  }
  const entries = Array.isArray(vmap?.data?.set) ? vmap.data.set.map(entry => entry?.[1] ?? {}) : []
  return [{ jump, goto }, ...entries].flatMap(one => [one.jump?.rules ?? [], one.goto?.rules ?? []])
}

interface Leading {
  jump?: { rules?: NftRule[] }
  goto?: { rules?: NftRule[] }
}

interface Added {
  set: string
  life?: number
}

/** What a statement adds to which set, wherever in it that is said. */
function addedBy(statement: unknown): Added[] {
  if (typeof statement !== 'object' || statement === null) return []
  const { op, timeout, elem, set, map } = statement as Record<string, unknown>
  const name = ['add', 'update'].includes(String(op)) ? (set ?? map) : undefined
  const own = (elem as { elem?: { timeout?: unknown } } | undefined)?.elem?.timeout
  const life = [own, timeout].find(one => typeof one === 'number')
  const added = typeof name === 'string' ? [{ set: name, ...(life !== undefined && { life }) }] : []
  const inner = Object.entries(statement).filter(([key]) => !['jump', 'goto', 'vmap'].includes(key))
  return [...added, ...inner.flatMap(([, value]) => addedBy(value))]
}

/** Whether it depends on what is in a set what a statement does. */
const goesBy = (statement: Record<string, unknown>, set: string): boolean =>
  new RegExp(`"(right|name|data)":${escaped(JSON.stringify(set))}`).test(
    JSON.stringify(statement, (key, value) => (key === 'rules' ? undefined : value)),
  )

const escaped = (words: string) => words.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

/** Whether a rule does nothing but drop or reject what is in a set. */
const isBan = (rule: NftRule, set: string): boolean =>
  isForbidding(rule) &&
  rule
    .filter(statement => goesBy(statement, set))
    .every(({ match }) => {
      const { op, right } = (match ?? {}) as Partial<Match>
      const { name = right } = (typeof right === 'object' ? right : {}) as { name?: unknown }
      return name === set && (op === '==' || op === 'in')
    })

const isForbidding = (rule: NftRule) => rule.some(statement => 'drop' in statement || 'reject' in statement)

/**
 * Whether packets may pass because a rule has counted others of the same element: usually it forbids those above a rate, or lets
 * those below it pass, and of whom it has forgotten it does so at once.
 */
const letsByCount = (rule: NftRule): boolean => {
  const isAbove = (count: unknown) => (count as { inv?: boolean } | null)?.inv === true
  return rule.flatMap(countsOfEach).some(count => isAbove(count) !== isForbidding(rule))
}
