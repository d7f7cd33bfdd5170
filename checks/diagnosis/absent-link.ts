import { text } from '../../harness/core/text.ts'
import type { KernelFacts } from '../../harness/look/evidence.ts'
import { on } from '../nouns/phrases.ts'
import type { BrokenLink } from './broken-link.ts'

/** A node has no interface of a name; a namespace of it may have taken it (ip-link(8), netns). */
export function absentLink(node: string, { netns }: KernelFacts, name: string): BrokenLink {
  const holder = Object.keys(netns).find(one => netns[one]!.some(link => link.name === name))
  return holder === undefined
    ? {
        where: `${node} · ${name}`,
        saw: text(`no interface ${name} on this node`, `這個節點上沒有介面 ${name}`),
        tryThis: on(node, `ip -br address show ${name}`),
      }
    : {
        where: `${node} · netns ${holder}`,
        saw: text(
          `no interface ${name} on this node itself, but one in its namespace ${holder}`,
          `這個節點本身沒有介面 ${name}，但它的 namespace ${holder} 裡有一個`,
        ),
        tryThis: on(node, `sudo ip -n ${holder} -br address show ${name}`),
      }
}
