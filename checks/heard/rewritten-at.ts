import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { givesAddress, whatRewrites } from '../diagnosis/nft-verdict.ts'
import { on } from '../nouns/phrases.ts'
import type { Wanted } from '../nouns/wanted.ts'

/** A rule of nftables that hooks in at a link of a node itself, and writes another address into the packet there (nft(8), netdev). */
export async function rewrittenAt(
  lab: Lab,
  { node, links, way }: { node: string; links: string[]; way: 'in' | 'out' },
  packet: Wanted,
): Promise<BrokenLink | undefined> {
  const { chains = [] } = (await unlessBlind(lab.stack(node, undefined, []))) ?? {}
  const hooked = chains.filter(({ family }) => family === 'netdev')
  for (const device of links) {
    const rule = whatRewrites(hooked, { packet, device, way }, givesAddress)
    if (rule)
      return {
        where: `${node} · ${device} · nftables`,
        saw: text(
          `a packet filter at ${device} gives packets another address: ${rule}`,
          `${device} 上有封包過濾規則，會改掉封包的位址：${rule}`,
        ),
        tryThis: on(node, 'sudo nft list ruleset'),
      }
  }
  return undefined
}
