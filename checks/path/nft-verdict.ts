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
  /** Nobody has sent it yet: a counter says nothing of it. */
  isSupposed?: true
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

/** The rule, in words, that surely drops the packet. */
export function whatSurelyDrops(chains: NftChain[], crossing: Crossing): string | undefined {
  for (const chain of chainsOn(chains, crossing)) {
    const found = dropIn(chain, fieldsOf(crossing))
    if (found?.isSure) return found.words
  }
  return undefined
}

/** The rule, in words, that gives the packet another address or sends it elsewhere. */
export function whatRewrites(chains: NftChain[], crossing: Crossing): string | undefined {
  const fields = fieldsOf(crossing)
  for (const chain of chains)
    for (const rule of chain.rules)
      if (rule.some(isRewriting) && meets(rule, fields) !== false) return inWords(chain, rule)
  return undefined
}

const chainsOn = (chains: NftChain[], { packet, device, way }: Crossing) =>
  chains.filter(
    ({ family, hook, devices }) =>
      HOOKS[way].includes(hook) &&
      FAMILIES[packet.kind.startsWith('arp') ? 'arp' : 'echo'].includes(family) &&
      (devices.length === 0 || devices.includes(device)),
  )

function dropIn(chain: NftChain, fields: Fields): { words: string; isSure: boolean } | undefined {
  let possible: { words: string; isSure: boolean } | undefined
  // Once the chain may have been left, nothing behind is sure.
  let mayHaveLeft = false
  for (const rule of chain.rules) {
    const isMet = meets(rule, fields)
    if (isMet === false) continue
    mayHaveLeft ||= rule.some(statement => 'return' in statement || 'accept' in statement)
    if (rule.some(statement => 'accept' in statement) && isMet) return possible
    if (!rule.some(isEnding)) continue
    if (isMet && !mayHaveLeft) return { words: inWords(chain, rule), isSure: true }
    possible ??= { words: inWords(chain, rule), isSure: false }
  }
  if (chain.policy !== 'drop') return possible
  return {
    words: `${chain.family} ${chain.table} ${chain.name}: policy drop`,
    isSure: possible === undefined && !mayHaveLeft,
  }
}

const isEnding = (statement: Record<string, unknown>) =>
  ['drop', 'reject', 'queue', 'fwd', 'synproxy', 'tproxy'].some(name => name in statement) ||
  'xt' in statement
const isRewriting = (statement: Record<string, unknown>) =>
  ['dnat', 'snat', 'redirect', 'masquerade', 'fwd'].some(name => name in statement) ||
  ('mangle' in statement && JSON.stringify(statement).includes('payload'))

/** Whether a packet meets all conditions of a rule. A counter that stands at zero met nothing at all. */
function meets(rule: NftRule, fields: Fields): Maybe {
  let value: Maybe = true
  for (const statement of rule) {
    const { match, counter } = statement as { match?: Match; counter?: { packets?: number } }
    if (counter?.packets === 0 && !fields.isSupposed) return false
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
  const { prefix, set, range } = right as {
    prefix?: { addr: string; len: number }
    set?: unknown[]
    range?: unknown
  }
  if (prefix) return isInPrefix(String(field), `${prefix.addr}/${prefix.len}`)
  if (range) return undefined
  if (!Array.isArray(set)) return undefined
  const each = set.map(one => isOneOf(field, one))
  return each.includes(true) ? true : each.includes(undefined) ? undefined : false
}

const undefinedUnless = (isWildcard: boolean): Maybe => (isWildcard ? undefined : false)

function fieldsOf({ packet, device, way, isSupposed }: Crossing): Fields {
  const { kind, source, destination } = packet
  const devices =
    way === 'in'
      ? { 'meta iifname': device, 'meta iif': device }
      : { 'meta oifname': device, 'meta oif': device }
  if (kind.startsWith('arp'))
    return {
      kind: 'arp',
      ...(isSupposed && { isSupposed: 1 }),
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
      const { payload, meta } = match.left
      const left = payload
        ? `${payload.protocol ?? ''} ${payload.field ?? ''}`.trim()
        : (meta?.key ?? Object.keys(match.left)[0] ?? '')
      return [`${left} ${match.op === '==' ? '' : `${match.op} `}${valueInWords(match.right)}`]
    }
    if (limit) return [`limit rate ${limit.rate}/${limit.per}`]
    return Object.keys(statement).filter(key => key !== 'counter')
  })
  return `${family} ${table} ${name}: ${words.join(' ')}`
}

function valueInWords(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  const { prefix, set } = value as { prefix?: { addr: string; len: number }; set?: unknown[] }
  if (prefix) return `${prefix.addr}/${prefix.len}`
  return set ? `{ ${set.map(valueInWords).join(', ')} }` : JSON.stringify(value)
}
