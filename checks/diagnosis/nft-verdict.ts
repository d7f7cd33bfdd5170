import type { NftChain, NftRule } from '../../harness/look/evidence.ts'
import type { Wanted } from '../nouns/wanted.ts'
import { statesIn } from './ct-state.ts'
import { type Crossing, type Fields, fieldsOf, isIcmp6 } from './nft-fields.ts'
import { isCounting, type Match, type Maybe, matches, meets } from './nft-match.ts'
import { inWords, nameOf, ruleInWords, SPOILS } from './nft-words.ts'

export const HOOKS = {
  in: ['ingress', 'prerouting', 'input'],
  out: ['output', 'postrouting', 'egress'],
  // Of a Linux bridge, the chains of the IP stack as well (net.bridge.bridge-nf-call-iptables).
  through: ['prerouting', 'forward', 'postrouting'],
}
const FAMILIES = {
  echo: ['ip', 'inet', 'netdev', 'bridge'],
  icmp6: ['ip6', 'inet', 'netdev', 'bridge'],
  arp: ['arp', 'netdev', 'bridge'],
}
const familiesOf = (packet: Wanted): string[] => {
  if (isIcmp6(packet)) return FAMILIES.icmp6
  return packet.kind.startsWith('arp') && packet.udpPort === undefined ? FAMILIES.arp : FAMILIES.echo
}

/** The rule, in words, that drops the packet, or that may do so; undefined where none can. Those that surely do come first. */
export function whatDrops(chains: NftChain[], crossing: Crossing): string | undefined {
  const met = chainsOn(chains, crossing)
  const fields = fieldsOf(crossing)
  const found = met.flatMap(chain => {
    const drop = dropIn(chain, fields)
    return drop ? [{ ...drop, chain }] : []
  })
  const chosen = found.find(({ isSure }) => isSure) ?? found[0]
  const untracked = chosen && goesByState(chosen.chain) ? whatRewrites(chains, crossing, untracks) : undefined
  return untracked === undefined ? chosen?.words : `${untracked}; ${chosen?.words}`
}

/** A chain with a rule that goes by what connection tracking says: of what another rule kept from it, it says nothing. */
const goesByState = ({ rules }: NftChain): boolean => /"ct":|"conntrack"/.test(JSON.stringify(rules))

/** The rule, in words, that surely drops the packet. */
export function whatSurelyDrops(chains: NftChain[], crossing: Crossing): string | undefined {
  for (const chain of chainsOn(chains, crossing)) {
    const found = dropIn(chain, fieldsOf(crossing))
    if (found?.isSure) return found.words
  }
  return undefined
}

/** The rule, in words, that gives the packet another address or sends it elsewhere; or `does` something else to it. */
export function whatRewrites(
  chains: NftChain[],
  crossing: Crossing,
  does: (statement: Statement) => boolean = isRewriting,
): string | undefined {
  const known = fieldsOf(crossing)
  const rewriting = (chain: NftChain, rules: NftRule[], before: NftRule): string | undefined => {
    const fields = { ...known, ...statesIn(chain, known) }
    for (const rule of rules) {
      if (meets(rule, fields) === false) continue
      const words = [...before, ...rule]
      if (rule.some(does)) return inWords(chain, words)
      const verdict = rule.find(isVerdict)
      for (const { one } of verdict ? choicesOf(verdict, fields) : []) {
        const { rules: within = [] } = (one.jump ?? one.goto ?? {}) as { rules?: NftRule[] }
        const found = rewriting(chain, within, words)
        if (found) return found
      }
    }
    return undefined
  }
  return chainsOn(chains, crossing)
    .map(chain => rewriting(chain, chain.rules, []))
    .find(words => words !== undefined)
}

const chainsOn = (chains: NftChain[], { packet, device, way, isBridge = way === 'through' }: Crossing) =>
  chains.filter(
    ({ family, hook, devices }) =>
      HOOKS[way].includes(hook) &&
      (family !== 'bridge' || isBridge) &&
      familiesOf(packet).includes(family) &&
      (devices.length === 0 || devices.includes(device)),
  )

interface Found {
  words: string
  isSure: boolean
}

/** A packet on its way through a base chain. */
interface Walk {
  chain: NftChain
  fields: Fields
  /** It may be elsewhere already: in a chain it may not have jumped to, or gone for good. */
  isUnsure: boolean
  mayHaveLeft: boolean
  /** A rule that lets such packets go, but only so many of them. */
  counted?: string
  found?: Found
}

export function dropIn(chain: NftChain, fields: Fields): Found | undefined {
  const walk: Walk = {
    chain,
    fields: { ...fields, ...statesIn(chain, fields) },
    isUnsure: false,
    mayHaveLeft: false,
  }
  const isOver = through(walk, chain.rules, []) === 'over'
  if (isOver || chain.policy !== 'drop') return walk.found
  return walk.found ?? { words: beyond(walk, 'policy drop'), isSure: !walk.mayHaveLeft }
}

/** What drops the packet, behind the rule that let others like it go. */
const beyond = ({ chain, counted }: Walk, words: string): string =>
  `${nameOf(chain)}: ${counted === undefined ? '' : `${counted}; `}${words}`

/** Whether the packet's way surely ended in these rules, or comes out behind them; `before`: the conditions that led here. */
function through(walk: Walk, rules: NftRule[], before: NftRule): 'over' | 'out' {
  for (const rule of rules) {
    const isMet = meets(rule, walk.fields)
    if (isMet === false) continue
    const [verdict, words] = [rule.find(isVerdict), [...before, ...rule]]
    const choices = verdict
      ? choicesOf(verdict, walk.fields)
      : rule.filter(isEnding).map(one => ({ one, isMet: true }))
    for (const choice of choices) {
      const isSure = isMet === true && choice.isMet === true
      const end = decided(walk, choice.one, isSure, words)
      if (end && isSure) return end
    }
  }
  return 'out'
}

/** What becomes of a packet by one verdict; undefined where it goes on to the next rule. */
function decided(
  walk: Walk,
  verdict: Record<string, unknown>,
  isSure: boolean,
  words: NftRule,
): 'over' | 'out' | undefined {
  if (isEnding(verdict)) {
    const sure = isSure && !walk.isUnsure && !walk.mayHaveLeft
    if (sure || !walk.found) walk.found = { words: beyond(walk, ruleInWords(words)), isSure: sure }
    return 'over'
  }
  if ('accept' in verdict) {
    const others = words.filter(
      statement => !isCounting(statement) && !XT_COUNTS.test(xtOf(statement)?.name ?? ''),
    )
    const isMeant = others.length < words.length && meets(others, walk.fields) !== false
    if (isMeant && !walk.isUnsure) walk.counted ??= ruleInWords(words)
    walk.mayHaveLeft ||= !isSure || walk.isUnsure
    return 'over'
  }
  if ('return' in verdict) {
    walk.mayHaveLeft ||= !isSure
    return 'out'
  }
  const { rules = [] } = (verdict.jump ?? verdict.goto ?? {}) as { rules?: NftRule[] }
  const { isUnsure } = walk
  walk.isUnsure ||= !isSure
  const end = through(walk, rules, words)
  walk.isUnsure = isUnsure
  return end === 'over' || 'goto' in verdict ? end : undefined
}

const isVerdict = (statement: Record<string, unknown>) =>
  ['accept', 'return', 'jump', 'goto', 'vmap'].some(name => name in statement)

/** The verdicts a statement may come to: itself, or those of a verdict map whose key the packet has. */
function choicesOf(
  verdict: Record<string, unknown>,
  fields: Fields,
): { one: Record<string, unknown>; isMet: Maybe }[] {
  if (!('vmap' in verdict)) return [{ one: verdict, isMet: true }]
  const { key, data } = verdict.vmap as { key: Match['left']; data?: { set?: unknown[] } }
  const entries = (data?.set ?? []) as [unknown, Record<string, unknown>][]
  return entries.flatMap(([right, one]) => {
    const isMet = matches({ op: '==', left: key, right }, fields)
    return isMet === false || one === null || typeof one !== 'object' ? [] : [{ one, isMet }]
  })
}

const xtOf = ({ xt }: Record<string, unknown>) => xt as { type?: string; name?: string } | null | undefined
/** Targets of iptables that let a packet go on (iptables-extensions(8)). */
const XT_GOES_ON = /^(LOG|NFLOG|MARK|CONNMARK|CT|NOTRACK|CHECKSUM|TCPMSS|CLASSIFY|DSCP|TOS|TRACE|SET)$/
/** Matches of it that let only so many packets go on. */
const XT_COUNTS = /^(limit|hashlimit|connlimit|quota|recent)$/
const XT_REWRITES = /^(SNAT|DNAT|MASQUERADE|REDIRECT|NETMAP)$/

const isEnding = (statement: Record<string, unknown>) =>
  ['drop', 'reject', 'queue', 'fwd', 'synproxy', 'tproxy', SPOILS].some(name => name in statement) ||
  ('xt' in statement &&
    xtOf(statement)?.type !== 'match' &&
    !XT_GOES_ON.test(xtOf(statement)?.name ?? '') &&
    !XT_REWRITES.test(xtOf(statement)?.name ?? ''))
const isRewriting = (statement: Statement) =>
  ['dnat', 'snat', 'redirect', 'masquerade', 'fwd'].some(name => name in statement) ||
  XT_REWRITES.test(xtOf(statement)?.name ?? '') ||
  givesAddress(statement)

type Statement = Record<string, unknown>

/** Keeps a packet from connection tracking (nft(8), notrack; iptables-extensions(8), CT). */
const untracks = (statement: Statement): boolean =>
  'notrack' in statement || /^(NOTRACK|CT)$/.test(xtOf(statement)?.name ?? '')

const fieldSet = ({ mangle }: Statement): string | undefined => {
  const payload = (mangle as { key?: { payload?: { field?: string } } } | undefined)?.key?.payload
  return payload && (payload.field ?? 'raw')
}

/** Writes an address into each packet, whatever connection that is of (nft(8), payload statement). */
export const givesAddress = (statement: Statement): boolean => /addr$|^raw$/.test(fieldSet(statement) ?? '')

/** Gives a packet another TTL, or hop limit. */
export const givesTtl = (statement: Statement): boolean =>
  /^(ttl|hoplimit)$/.test(fieldSet(statement) ?? '') || /^(TTL|HL)$/.test(xtOf(statement)?.name ?? '')
