import type { NftChain, NftRule } from '../../harness/look/evidence.ts'
import { chainsFrom } from '../../harness/nodes/nft.ts'

export const DROP = { drop: null }

/** A ping that meets the rules. */
export const PING = {
  kind: 'echo-request' as const,
  source: '192.168.10.200',
  destination: '192.168.10.100',
  token: '',
}

/** A statement that goes by a field of a packet's header. */
export const field = (protocol: string, name: string, right: unknown, op?: string) =>
  match({ payload: { protocol, field: name } }, right, op)
export const match = (left: object, right: unknown, op = '==') => ({ match: { op, left, right } })

/** A base chain as `nft -j` prints it. */
export function chain(
  family: string,
  hook: string,
  rules: NftRule[],
  more: { policy?: string; dev?: string; prio?: number } = {},
): NftChain[] {
  const about = { family, table: 't' }
  const nftables = [
    { chain: { ...about, name: 'c', hook, ...more } },
    ...rules.map(expr => ({ rule: { ...about, chain: 'c', expr } })),
  ]
  return chainsFrom(JSON.stringify({ nftables }))
}
