import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { busyBridges } from '../nouns/linux-bridge.ts'
import { list, on } from '../nouns/phrases.ts'
import type { Route } from '../route/route.ts'

/**
 * Links of a path that are in one Linux bridge besides being in a bridge of Open vSwitch: in user space that opens links which
 * the kernel has given away, so both get each frame, and both put it out.
 */
export async function joinedBeside(
  lab: Lab,
  { posts }: Pick<Route, 'posts'>,
): Promise<BrokenLink | undefined> {
  for (const node of new Set(posts.map(post => post.node))) {
    const facts = await unlessBlind(lab.kernel(node))
    const crossed = posts.filter(post => post.node === node && post.netns === undefined)
    const links = facts?.links.filter(({ name }) => crossed.some(post => post.links.includes(name))) ?? []
    for (const { name } of facts ? busyBridges(facts) : []) {
      const own = links.filter(({ master }) => master === name)
      if (own.length < 2) continue
      const held = list(own.map(link => link.name))
      return {
        where: `${node} · ${name}`,
        saw: text(
          `${held.en} are in the Linux bridge ${name} as well, which passes frames from one to the other past OVN`,
          `${held['zh-TW']} 也在 Linux bridge ${name} 裡，它會繞過 OVN，把訊框從一邊直接轉送到另一邊`,
        ),
        tryThis: on(node, `bridge link show; ip -br link show master ${name}`),
        cause: 'joined-beside',
      }
    }
  }
  return undefined
}
