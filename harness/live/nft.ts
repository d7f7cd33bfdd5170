/** Words of a rule that can only meet what is neither ICMP over IPv4 nor ARP. */
const OTHER_TRAFFIC =
  /\b(tcp|udp|sctp|dccp|icmpv6|ip6|esp|ah)\b|\bdport\b|\bsport\b|nfproto ipv6|l4proto ipv6/
/** A rule with a counter that stands at 0 has met nothing at all. */
const NEVER_MET = /\bcounter packets 0 bytes 0\b/
/** Chains that never see a packet that starts or ends in the namespace. */
const PASSING_BY = /\bhook forward\b/

/**
 * `table chain: rule` of every rule that drops or rejects, and of every chain whose policy does, in what
 * `nft list ruleset` prints (nft(8)). Left out: what cannot meet an IPv4 ping or its ARP, and what never met anything.
 */
export function filtersFrom(ruleset: string): string[] {
  let [table, chain, isPassedBy] = ['', '', false]
  return ruleset.split('\n').flatMap(line => {
    const words = line.trim()
    table = /^table (.*) \{$/.exec(words)?.[1] ?? table
    const entered = /^chain (.*) \{$/.exec(words)?.[1]
    if (entered !== undefined) [chain, isPassedBy] = [entered, false]
    if (PASSING_BY.test(words)) isPassedBy = true
    if (isPassedBy || table.startsWith('ip6 ') || table.startsWith('bridge ')) return []
    if (OTHER_TRAFFIC.test(words) || NEVER_MET.test(words)) return []
    return /\b(drop|reject|DROP|REJECT)\b/.test(words) ? [`${table} ${chain}: ${words}`] : []
  })
}
