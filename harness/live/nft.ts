import type { NftChain, NftRule } from '../look/stack.ts'

interface NftObject {
  chain?: {
    family?: string
    table?: string
    name?: string
    hook?: string
    policy?: string
    dev?: string | string[]
  }
  rule?: { family?: string; table?: string; chain?: string; expr?: unknown }
}

/** How many chains deep we follow jumps; the kernel allows 16. */
const DEPTH_MAX = 16

/**
 * The base chains in what `nft -j list ruleset` prints, rules in order (libnftables-json(5)). A rule that jumps brings the
 * rules of the chain it jumps to, each behind the conditions of the jump. Throws SyntaxError for what is no JSON.
 */
export function chainsFrom(json: string): NftChain[] {
  if (json.trim() === '') return []
  const objects = (JSON.parse(json) as { nftables?: NftObject[] }).nftables ?? []
  const rules = objects.flatMap(({ rule }) => (rule ? [rule] : []))
  const rulesOf = (family: string, table: string, chain: string, depth: number): NftRule[] =>
    rules
      .filter(rule => rule.family === family && rule.table === table && rule.chain === chain)
      .flatMap(({ expr }) => {
        const statements = (Array.isArray(expr) ? expr : []) as NftRule
        const jump = statements.findIndex(statement => 'jump' in statement || 'goto' in statement)
        if (jump < 0 || depth >= DEPTH_MAX) return [statements]
        const { target } = Object.values(statements[jump]!)[0] as { target?: string }
        const before = statements.slice(0, jump)
        return rulesOf(family, table, target ?? '', depth + 1).map(rule => [...before, ...rule])
      })
  return objects.flatMap(({ chain }) => {
    if (!chain?.hook) return []
    const { family = '', table = '', name = '', hook, policy = 'accept', dev } = chain
    const devices = dev === undefined ? [] : [dev].flat()
    return [{ family, table, name, hook, devices, policy, rules: rulesOf(family, table, name, 0) }]
  })
}
