import type { NftChain, NftRule } from '../../harness/look/evidence.ts'
import { isInPrefix } from '../../harness/prefix.ts'
import type { Wanted } from './route.ts'

/** A packet as rules of nftables see it; what is not here is not known. */
type Fields = Record<string, string | number>
type Maybe = boolean | undefined

/** What a packet on its way out of, or into, a namespace meets. */
export interface Crossing {
  packet: Wanted
  /** The device it leaves or enters by. */
  device: string
  way: 'in' | 'out'
}

const HOOKS = { in: ['ingress', 'prerouting', 'input'], out: ['output', 'postrouting', 'egress'] }
const FAMILIES = { echo: ['ip', 'inet', 'netdev'], arp: ['arp', 'netdev'] }

/** The rule, in words, that drops the packet, or that may do so; undefined where none can. Those that surely do come first. */
export function whatDrops(chains: NftChain[], crossing: Crossing): string | undefined {
  const met = chainsOn(chains, crossing)
  const fields = fieldsOf(crossing)
  let possible: string | undefined
  for (const chain of met) {
    const found = dropIn(chain, fields)
    if (found?.isSure) return found.words
    possible ??= found?.words
  }
  return possible
}

/** The rule, in words, that gives the packet another address or sends it elsewhere. */
export function whatRewrites(chains: NftChain[], crossing: Crossing): string | undefined {
  const fields = fieldsOf(crossing)
  const rewriting = (chain: NftChain, rules: NftRule[], before: NftRule): string | undefined => {
    for (const rule of rules) {
      if (meets(rule, fields) === false) continue
      const words = [...before, ...rule]
      if (rule.some(isRewriting)) return inWords(chain, words)
      const verdict = rule.find(isVerdict)
      for (const { one } of verdict ? choicesOf(verdict, fields) : []) {
        const { rules: within = [] } = (one.jump ?? one.goto ?? {}) as { rules?: NftRule[] }
        const found = rewriting(chain, within, words)
        if (found) return found
      }
    }
    return undefined
  }
  return chains.map(chain => rewriting(chain, chain.rules, [])).find(words => words !== undefined)
}

const chainsOn = (chains: NftChain[], { packet, device, way }: Crossing) =>
  chains.filter(
    ({ family, hook, devices }) =>
      HOOKS[way].includes(hook) &&
      FAMILIES[packet.kind.startsWith('arp') ? 'arp' : 'echo'].includes(family) &&
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
  found?: Found
}

function dropIn(chain: NftChain, fields: Fields): Found | undefined {
  const walk: Walk = { chain, fields, isUnsure: false, mayHaveLeft: false }
  const isOver = through(walk, chain.rules, []) === 'over'
  if (isOver || chain.policy !== 'drop') return walk.found
  const words = `${chain.family} ${chain.table} ${chain.name}: policy drop`
  return walk.found ?? { words, isSure: !walk.mayHaveLeft }
}

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
    if (sure || !walk.found) walk.found = { words: inWords(walk.chain, words), isSure: sure }
    return 'over'
  }
  if ('accept' in verdict) {
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
const XT_REWRITES = /^(SNAT|DNAT|MASQUERADE|REDIRECT|NETMAP)$/

const isEnding = (statement: Record<string, unknown>) =>
  ['drop', 'reject', 'queue', 'fwd', 'synproxy', 'tproxy'].some(name => name in statement) ||
  ('xt' in statement &&
    xtOf(statement)?.type !== 'match' &&
    !XT_GOES_ON.test(xtOf(statement)?.name ?? '') &&
    !XT_REWRITES.test(xtOf(statement)?.name ?? ''))
const isRewriting = (statement: Record<string, unknown>) =>
  ['dnat', 'snat', 'redirect', 'masquerade', 'fwd'].some(name => name in statement) ||
  XT_REWRITES.test(xtOf(statement)?.name ?? '') ||
  ('mangle' in statement && JSON.stringify(statement).includes('payload'))

/** Whether a packet meets all conditions of a rule. A counter that stands at zero met nothing at all. */
function meets(rule: NftRule, fields: Fields): Maybe {
  let value: Maybe = true
  for (const statement of rule) {
    const { match, counter } = statement as { match?: Match; counter?: { packets?: number } }
    if (counter?.packets === 0) return false
    const one: Maybe = match
      ? matches(match, fields)
      : 'limit' in statement || 'xt' in statement
        ? undefined
        : true
    if (one === false) return false
    if (one === undefined) value = undefined
  }
  return value
}

interface Match {
  op: string
  left: { payload?: { protocol?: string; field?: string }; meta?: { key?: string } }
  right: unknown
}

function matches({ op, left, right }: Match, fields: Fields): Maybe {
  const { payload, meta } = left
  if (payload?.protocol && !(payload.protocol in PROTOCOLS_OF[String(fields.kind)]!)) return false
  const name = payload ? `${payload.protocol} ${payload.field}` : meta ? `meta ${meta.key}` : ''
  const field = fields[name]
  if (field === undefined || !['==', '!=', 'in'].includes(op)) return undefined
  const found = isOneOf(field, right)
  return found === undefined || op !== '!=' ? found : !found
}

/** Which headers a packet has: a rule about another one cannot meet it. `th` and unknown ones are left open by not standing here. */
const PROTOCOLS_OF: Record<string, Record<string, true>> = {
  echo: { ip: true, icmp: true, ether: true, th: true },
  tcp: { ip: true, tcp: true, ether: true, th: true },
  arp: { arp: true, ether: true },
}

function isOneOf(field: string | number, right: unknown): Maybe {
  if (typeof right === 'number' || typeof right === 'string') {
    if (typeof right === 'string' && right.startsWith('@')) return undefined
    return (
      String(right).toLowerCase() === String(field).toLowerCase() ||
      undefinedUnless(String(right).endsWith('*'))
    )
  }
  if (typeof right !== 'object' || right === null) return undefined
  const { prefix, set, range, elem } = right as {
    prefix?: { addr: string; len: number }
    set?: unknown[]
    range?: unknown[]
    elem?: { val?: unknown }
  }
  if (elem) return isOneOf(field, elem.val)
  if (prefix) return isInPrefix(String(field), `${prefix.addr}/${prefix.len}`)
  if (range) return isBetween(field, range)
  if (!Array.isArray(set)) return undefined
  const each = set.map(one => isOneOf(field, one))
  return each.includes(true) ? true : each.includes(undefined) ? undefined : false
}

/** Numbers, and addresses of IPv4, stand in an order; of what else a range holds nothing is known. */
function isBetween(field: string | number, [first, last]: unknown[]): Maybe {
  const [from, one, to] = [first, field, last].map(orderOf)
  return from === undefined || one === undefined || to === undefined ? undefined : from <= one && one <= to
}

function orderOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  const digits = typeof value === 'string' ? value.split('.') : []
  if (digits.length !== 4 || digits.some(digit => !/^\d+$/.test(digit))) return undefined
  return digits.reduce((sum, digit) => sum * 256 + Number(digit), 0)
}

const undefinedUnless = (isWildcard: boolean): Maybe => (isWildcard ? undefined : false)

function fieldsOf({ packet, device, way }: Crossing): Fields {
  const { kind, source, destination } = packet
  const devices =
    way === 'in'
      ? { 'meta iifname': device, 'meta iif': device }
      : { 'meta oifname': device, 'meta oif': device }
  if (kind.startsWith('arp'))
    return {
      kind: 'arp',
      ...devices,
      'meta protocol': 'arp',
      'arp operation': kind === 'arp-request' ? 'request' : 'reply',
      'arp saddr ip': source,
      'arp daddr ip': destination,
    }
  const protocol = packet.tcpPort === undefined ? 'icmp' : 'tcp'
  return {
    ...(packet.tcpPort === undefined
      ? { kind: 'echo', 'icmp type': kind, 'icmp code': 0 }
      : {
          kind: 'tcp',
          [kind === 'tcp-request' ? 'tcp dport' : 'tcp sport']: packet.tcpPort,
          [kind === 'tcp-request' ? 'th dport' : 'th sport']: packet.tcpPort,
        }),
    ...devices,
    'meta protocol': 'ip',
    'meta nfproto': 'ipv4',
    'meta l4proto': protocol,
    'ip protocol': protocol,
    'ip saddr': source,
    'ip daddr': destination,
  }
}

/** A rule in few words: what it goes by, and what it does. */
function inWords({ family, table, name }: NftChain, rule: NftRule): string {
  const words = rule.flatMap(statement => {
    const { match, limit } = statement as { match?: Match; limit?: { rate?: number; per?: string } }
    if (match) {
      return [
        `${leftInWords(match.left)} ${match.op === '==' ? '' : `${match.op} `}${valueInWords(match.right)}`,
      ]
    }
    if (limit) return [`limit rate ${limit.rate}/${limit.per}`]
    const { vmap, xt } = statement as { vmap?: { key: Match['left'] }; xt?: { name?: string } }
    if (vmap) return [`${leftInWords(vmap.key)} vmap`]
    if (xt?.name) return [xt.name]
    return Object.keys(statement).filter(key => !['counter', 'jump', 'goto'].includes(key))
  })
  return `${family} ${table} ${name}: ${words.join(' ')}`
}

const leftInWords = ({ payload, meta, ...other }: Match['left']) =>
  payload
    ? `${payload.protocol ?? ''} ${payload.field ?? ''}`.trim()
    : (meta?.key ?? Object.keys(other)[0] ?? '')

function valueInWords(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  const { prefix, set, name } = value as {
    prefix?: { addr: string; len: number }
    set?: unknown[]
    name?: string
  }
  if (name) return name
  if (prefix) return `${prefix.addr}/${prefix.len}`
  return set ? `{ ${set.map(valueInWords).join(', ')} }` : JSON.stringify(value)
}
