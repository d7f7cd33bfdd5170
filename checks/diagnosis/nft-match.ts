import { isMac } from '../../harness/core/mac.ts'
import { isInPrefix } from '../../harness/core/prefix.ts'
import type { NftRule } from '../../harness/look/evidence.ts'
import { meetsState } from './ct-state.ts'
import type { Fields } from './nft-fields.ts'

export type Maybe = boolean | undefined

/** Whether a packet meets all conditions of a rule. A counter that stands at zero met nothing at all. */
export function meets(rule: NftRule, fields: Fields): Maybe {
  let value: Maybe = true
  for (const statement of rule) {
    const { match, counter } = statement as { match?: Match; counter?: { packets?: number } }
    if (counter?.packets === 0 && !fields.isSupposed) return false
    const one: Maybe = match
      ? matches(match, fields)
      : isCounting(statement) || 'xt' in statement
        ? undefined
        : true
    if (one === false) return false
    if (one === undefined) value = undefined
  }
  return value
}

const COUNTING = ['limit', 'quota', 'ct count'] as const

/** What is told of a statement that lets packets go on only up to a number or a rate, or only above it (`inv`). */
const countsOf = (statement: Record<string, unknown>): unknown[] =>
  COUNTING.flatMap(name => (name in statement ? [statement[name]] : []))

/** The same of what a statement keeps for each element that it adds to a set (nft(8), set statement). */
export const countsOfEach = ({ set, map }: Record<string, unknown>): unknown[] => {
  const { stmt } = (set ?? map ?? {}) as { stmt?: unknown }
  return Array.isArray(stmt) ? stmt.flatMap(countsOf) : []
}

/** Whether it goes by how many packets there were whether a packet gets past the statement. */
export const isCounting = (statement: Record<string, unknown>): boolean =>
  countsOf(statement).length > 0 || countsOfEach(statement).length > 0

/** A condition of a rule (libnftables-json(5), MATCH). */
export interface Match {
  op: string
  left: Left
  right: unknown
}

/** What it looks at: a field, something the kernel or its connection tracking knows of the packet, or some bits of one of these. */
export interface Left {
  payload?: Payload
  meta?: { key?: string }
  ct?: { key?: string }
  exthdr?: { name?: string; field?: string }
  '&'?: [Left, number | string]
  /** Several of them together (nft(8), CONCATENATIONS). */
  concat?: Left[]
}

/** A field by its name, or some bits counted from the beginning of a header (nft(8), raw payload expression). */
export interface Payload {
  protocol?: string
  field?: string
  base?: string
  offset?: number
  len?: number
}

/** How it is called among fields. */
export const nameOf = ({ protocol, field, base, offset, len }: Payload): string =>
  base === undefined ? `${protocol} ${field}` : `@${base},${offset},${len}`

/** How fields name what a condition looks at; nothing where it is none of them. */
export const lookedAt = ({ payload, meta, ct, exthdr, '&': masked }: Left): string =>
  payload
    ? nameOf(payload)
    : meta
      ? `meta ${meta.key}`
      : ct
        ? `ct ${ct.key}`
        : exthdr
          ? ['exthdr', exthdr.name, ...(exthdr.field === undefined ? [] : [exthdr.field])].join(' ')
          : masked && typeof masked[0] === 'object'
            ? lookedAt(masked[0])
            : ''

/** Whether a packet meets one condition; undefined where that is not known. */
export function matches({ op, left, right }: Match, fields: Fields): Maybe {
  if (left.concat) return matchTogether(left.concat, { op, right }, fields)
  const [, bits] = left['&'] ?? []
  if (lacks(left, fields)) return false
  const name = lookedAt(left)
  // Without a VLAN tag, what stands in the frame is what the kernel calls the packet's protocol (nft(8)).
  const whole = fields[name === 'ether type' ? 'meta protocol' : name]
  const field = bits === undefined ? whole : maskedBy(whole, bits)
  if (field === undefined) return undefined
  if (name === 'ct state') return bits === undefined ? meetsState(String(field), right, op) : undefined
  const isAsOrdered = ORDERS[op]
  if (isAsOrdered) {
    const [one, other] = [orderOf(field), orderOf(right)]
    return one === undefined || other === undefined ? undefined : isAsOrdered(one, other)
  }
  if (!['==', '!=', 'in'].includes(op)) return undefined
  const found = isOneOf(field, right)
  return found === undefined || op !== '!=' ? found : !found
}

/** The packet has no such header. */
function lacks(left: Left, fields: Fields): boolean {
  const { payload } = left['&']?.[0] ?? left
  return payload?.protocol !== undefined && !(payload.protocol in PROTOCOLS_OF[String(fields.kind)]!)
}

/** An element has a part for each of them, and a packet must have them all. */
function matchTogether(lefts: Left[], { op, right }: Omit<Match, 'left'>, fields: Fields): Maybe {
  if (lefts.some(left => lacks(left, fields))) return false
  if (!['==', '!=', 'in'].includes(op)) return undefined
  const found = anyOf(
    ((right as { set?: unknown[] }).set ?? [right]).map(element => {
      const { elem, concat = (elem?.val as { concat?: unknown[] } | undefined)?.concat } = element as {
        elem?: { val?: unknown }
        concat?: unknown[]
      }
      if (!concat) return undefined
      const each = lefts.map((left, at) => matches({ op: '==', left, right: concat[at] }, fields))
      return each.includes(false) ? false : each.includes(undefined) ? undefined : true
    }),
  )
  return found === undefined || op !== '!=' ? found : !found
}

const anyOf = (each: Maybe[]): Maybe =>
  each.includes(true) ? true : each.includes(undefined) ? undefined : false

function maskedBy(field: string | number | undefined, bits: unknown): string | number | undefined {
  if (typeof field === 'number' && typeof bits === 'number') return field & bits
  if (typeof bits !== 'string' || !isMac(bits) || !isMac(String(field))) return undefined
  const [ones, others] = [bits, String(field)].map(mac =>
    mac.split(':').map(byte => Number.parseInt(byte, 16)),
  )
  return ones!.map((byte, at) => (byte & others![at]!).toString(16).padStart(2, '0')).join(':')
}

const ORDERS: Record<string, (one: number, other: number) => boolean> = {
  '<': (one, other) => one < other,
  '>': (one, other) => one > other,
  '<=': (one, other) => one <= other,
  '>=': (one, other) => one >= other,
}

/** Which headers a packet has: a rule about another one cannot meet it. `th` and unknown ones are left open by not standing here. */
const PROTOCOLS_OF: Record<string, Record<string, true>> = {
  echo: { ip: true, icmp: true, ether: true, th: true },
  tcp: { ip: true, tcp: true, ether: true, th: true },
  udp: { ip: true, udp: true, ether: true, th: true },
  arp: { arp: true, ether: true },
  icmp6: { ip6: true, icmpv6: true, ether: true, th: true },
}

function isOneOf(field: string | number, right: unknown): Maybe {
  // Whether a header is there at all (nft(8), EXTENSION HEADER EXPRESSIONS).
  if (typeof right === 'boolean') return Boolean(field) === right
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
  return anyOf(set.map(one => isOneOf(field, one)))
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
