import type { NftChain } from '../../harness/look/evidence.ts'
import { SPOILS } from './nft-words.ts'

interface Mangle {
  key?: { payload?: { base?: string; field?: string }; meta?: { key?: string } }
  value?: unknown
}

/** Fields that may be written anew in a packet that gets there all the same. */
const HARMLESS = /^(dscp|ecn|flowlabel|pcp|dei)$/

/**
 * Chains that say of a rule which writes into a packet what it comes to: nobody takes one that has another protocol, type, checksum,
 * address or port than it was sent with, or that may go no further. Nor one that bears a mark by which routing refuses it.
 */
export const spoilt = (chains: NftChain[], refusedMarks: number[]): NftChain[] =>
  chains.map(chain => ({ ...chain, rules: told(chain.rules, refusedMarks) }))

/** The same value, in which a rule that spoils has one statement more; chains that are jumped to stand within rules. */
function told<T>(value: T, marks: number[]): T {
  if (Array.isArray(value)) {
    const each = value.map(one => told(one, marks))
    const isSpoilt = value.some(one => spoils((one as { mangle?: Mangle } | null)?.mangle, marks))
    return (isSpoilt ? [...each, { [SPOILS]: null }] : each) as T
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, told(one, marks)])) as T
}

function spoils(mangle: Mangle | undefined, marks: number[]): boolean {
  if (!mangle?.key) return false
  const { payload, meta } = mangle.key
  if (meta?.key === 'mark') return marks.includes(Number(mangle.value))
  if (!payload) return false
  const { field = '' } = payload
  return /^(ttl|hoplimit)$/.test(field) ? Number(mangle.value) <= 1 : !HARMLESS.test(field)
}
