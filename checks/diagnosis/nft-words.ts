import type { NftChain, NftRule } from '../../harness/look/evidence.ts'
import type { Match } from './nft-match.ts'

/** No statement of nft: after one that spoils each packet, it says so (nft-spoilt.ts). */
export const SPOILS = 'spoils'

/** A rule of a chain in few words. */
export const inWords = (chain: NftChain, rule: NftRule): string => `${nameOf(chain)}: ${ruleInWords(rule)}`

export const nameOf = ({ family, table, name }: NftChain): string => `${family} ${table} ${name}`

/** What a rule goes by, and what it does. */
export function ruleInWords(rule: NftRule): string {
  const words = rule.flatMap(statement => {
    const { match, limit } = statement as { match?: Match; limit?: { rate?: number; per?: string } }
    if (match) {
      return [
        `${leftInWords(match.left)} ${match.op === '==' ? '' : `${match.op} `}${valueInWords(match.right)}`,
      ]
    }
    if (limit) return [`limit rate ${limit.rate}/${limit.per}`]
    const { vmap, xt, mangle, ...other } = statement as {
      vmap?: { key: Match['left'] }
      xt?: { name?: string }
      mangle?: { key: Match['left']; value: unknown }
    } & Record<string, { addr?: unknown; port?: unknown } | null | undefined>
    if (vmap) return [`${leftInWords(vmap.key)} vmap`]
    if (xt?.name) return [xt.name]
    if (mangle) return [`${leftInWords(mangle.key)} set ${valueInWords(mangle.value)}`]
    for (const kind of ['dnat', 'snat'])
      if (other[kind]?.addr !== undefined) return [`${kind} to ${valueInWords(other[kind].addr)}`]
    return Object.keys(statement).filter(key => !['counter', 'jump', 'goto', SPOILS].includes(key))
  })
  return words.join(' ')
}

const leftInWords = ({ payload, meta, ct, '&': masked, ...other }: Match['left']): string =>
  payload
    ? `${payload.protocol ?? ''} ${payload.field ?? ''}`.trim()
    : ct
      ? `ct ${ct.key}`
      : masked
        ? `${leftInWords(masked[0])} & ${masked[1]}`
        : (meta?.key ?? Object.keys(other)[0] ?? '')

function valueInWords(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return String(value)
  const { prefix, set, name } = value as {
    prefix?: { addr: string; len: number }
    set?: unknown[]
    name?: string
  }
  if (name) return name
  if (prefix) return `${prefix.addr}/${prefix.len}`
  return set ? `{ ${set.map(valueInWords).join(', ')} }` : JSON.stringify(value)
}
