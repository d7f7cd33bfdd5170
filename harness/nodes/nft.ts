import type { NftChain, NftRule } from '../look/stack.ts'

interface Named {
  family?: string
  table?: string
  name?: string
  elem?: unknown[]
  /** Of its elements, in seconds, where they have none of their own. */
  timeout?: number
}

interface NftObject {
  chain?: Named & { hook?: string; prio?: number; policy?: string; dev?: string | string[] }
  rule?: { family?: string; table?: string; chain?: string; expr?: unknown }
  set?: Named
  map?: Named
}

/** How many chains deep we follow jumps; the kernel allows 16. */
const DEPTH_MAX = 16

/**
 * Prints all rules as JSON; `inside` stands before a command that is to run in a namespace. nftables 1.0.6 leaves out
 * there which devices a chain is on, so the chains follow in nftables' own words.
 */
export const rulesetCommand = (inside: string): string =>
  `r=$(${inside}nft -j list ruleset 2>/dev/null); printf '%s\\n' "$r"; ` +
  `case $r in *'"hook": "ingress"'*|*'"hook": "egress"'*) ${inside}nft list chains 2>/dev/null;; esac; ` +
  legacyCommand(inside)

/** Between nftables' own rules and those that it does not list. */
const LEGACY = '# rules of x_tables'

/**
 * Rules that iptables put into the kernel's older x_tables, which nftables does not list (xtables-legacy(8)): translated, and read by
 * nftables in a network namespace that is gone afterwards. Translated counters stand at zero, which is not what they count. A rule that
 * nftables has no words for stands there as one that may accept any packet, so that nothing behind it is sure. The kernel tells which
 * tables a namespace has; almost none has any.
 */
const legacyCommand = (inside: string): string =>
  `[ ! -e /proc/net/ip_tables_names ] && [ ! -e /proc/net/ip6_tables_names ] || case $(${inside}cat /proc/net/ip_tables_names /proc/net/ip6_tables_names 2>/dev/null) in ?*) ` +
  `for v in iptables ip6tables; do l=$(${inside}$v-legacy-save 2>/dev/null); ` +
  `case $l in *'-A '*|*' DROP ['*) printf '\n%s\n' '${LEGACY}'; printf '%s\n' "$l" | $v-restore-translate -f /dev/stdin 2>/dev/null | ` +
  `sed -e 's/ counter / /' -e "s/^# -t \\([^ ]*\\) -A \\([^ ]*\\) .*/add rule \${v%tables} \\1 \\2 limit rate 1\\/second accept/" | timeout 5 unshare -n sh -c 'nft -f - 2>/dev/null && nft -j list ruleset';; esac; done;; esac`

/**
 * The base chains in what that command prints, rules in order (libnftables-json(5)). What a rule names stands in it:
 * the rules of the chain it jumps or goes to, the elements of sets and maps, and how long what it adds to one stays there. Throws SyntaxError for what is no JSON.
 */
export const chainsFrom = (printed: string): NftChain[] =>
  printed
    .split(`\n${LEGACY}\n`)
    .flatMap((part, at) =>
      ownChainsFrom(part).map(chain =>
        at === 0 ? chain : { ...chain, table: `${chain.table} (iptables-legacy)` },
      ),
    )

function ownChainsFrom(printed: string): NftChain[] {
  const [json = '', ...words] = printed.split(/\n(?=table )/)
  if (json.trim() === '') return []
  const objects = (JSON.parse(json) as { nftables?: NftObject[] }).nftables ?? []
  const rules = objects.flatMap(({ rule }) => (rule ? [rule] : []))
  const collections = objects.flatMap(({ set, map }) => set ?? map ?? [])
  const told = (family: string, table: string, depth: number) => {
    const collectionOf = (name: unknown) =>
      collections.find(one => one.family === family && one.table === table && `@${one.name}` === name)
    const within = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(within)
      if (typeof value !== 'object' || value === null) return value
      const { jump, goto: gone } = value as { jump?: { target?: string }; goto?: { target?: string } }
      const { target } = jump ?? gone ?? {}
      if (target !== undefined && depth < DEPTH_MAX)
        return { [jump ? 'jump' : 'goto']: { target, rules: rulesOf(family, table, target, depth + 1) } }
      const { op, set, map = set } = value as Record<string, unknown>
      const { timeout } = ['add', 'update'].includes(String(op)) ? (collectionOf(map) ?? {}) : {}
      const parts = Object.entries(value).map(([key, one]) => {
        const elements = ['right', 'data'].includes(key) ? collectionOf(one)?.elem : undefined
        return [key, elements ? { set: within(elements), name: one } : within(one)]
      })
      return { ...Object.fromEntries(parts), ...(timeout !== undefined && { timeout }) }
    }
    return within
  }
  const rulesOf = (family: string, table: string, chain: string, depth: number): NftRule[] =>
    rules
      .filter(rule => rule.family === family && rule.table === table && rule.chain === chain)
      .map(({ expr }) => told(family, table, depth)(Array.isArray(expr) ? expr : []) as NftRule)
  return objects.flatMap(({ chain }) => {
    if (!chain?.hook) return []
    const { family = '', table = '', name = '', hook, prio: priority, policy = 'accept', dev } = chain
    const devices = dev === undefined ? devicesIn(words, { family, table, name }) : [dev].flat()
    const about = { family, table, name, hook, ...(priority !== undefined && { priority }), devices, policy }
    return [{ ...about, rules: rulesOf(family, table, name, 0) }]
  })
}

/** The devices of a base chain, in what `nft list chains` prints: a text for each table. */
function devicesIn(
  tables: string[],
  { family, table, name }: Record<'family' | 'table' | 'name', string>,
): string[] {
  const [, ...chains] =
    tables.find(one => one.startsWith(`table ${family} ${table} {`))?.split(/\n\tchain /) ?? []
  const [, on = ''] =
    /\bdevices? (.*?) priority /.exec(chains.find(one => one.startsWith(`${name} {`)) ?? '') ?? []
  return [...on.matchAll(/"([^"]+)"/g)].map(([, device]) => device!)
}
