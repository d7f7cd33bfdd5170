import { text } from '../../harness/core/text.ts'
import type { ArpFacts } from '../../harness/look/evidence.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { whatRewrites } from '../diagnosis/nft-verdict.ts'
import { on } from '../nouns/phrases.ts'
import type { Wanted } from '../nouns/wanted.ts'
import { type Device, filterAt } from './device.ts'

/**
 * A rule at a device that sends packets which cross it, or copies of them, to another device: of nftables one that may meet
 * the packet (nft(8), fwd and dup), of tc any (tc-mirred(8)).
 */
export function leadingRule(
  facts: Pick<ArpFacts, 'chains' | 'filters'> | undefined,
  { node, netns, name, way }: Device,
  packet: Wanted,
  isMeant: (device: string) => boolean,
): BrokenLink | undefined {
  const leads = (statement: Record<string, unknown>) =>
    ['fwd', 'dup'].some(does => does in statement && wordsIn(statement[does]).some(isMeant))
  const netdev = (facts?.chains ?? []).filter(({ family }) => family === 'netdev')
  const rule = whatRewrites(netdev, { packet, device: name, way }, leads)
  if (rule !== undefined) return filterAt(node, name, rule, netns)
  const hook = way === 'in' ? 'ingress' : 'egress'
  const filter = facts?.filters?.find(
    ({ device, way: other, leadsTo = [] }) => device === name && other === hook && leadsTo.some(isMeant),
  )
  if (!filter) return undefined
  const to = filter.leadsTo!.find(isMeant)
  return {
    where: `${node} · ${netns === undefined ? name : `netns ${netns}`} · tc`,
    saw: text(
      `a filter of tc at ${name}, ${hook}, sends packets to ${to}`,
      `${name} 的 ${hook} 有 tc 過濾規則，會把封包送到 ${to}`,
    ),
    tryThis: on(node, `sudo tc ${netns === undefined ? '' : `-n ${netns} `}filter show dev ${name} ${hook}`),
  }
}

/** The strings in what a statement says, of which one is the device. */
function wordsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(wordsIn) : []
}
