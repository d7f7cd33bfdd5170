import { type Text, text } from '../../harness/core/text.ts'
import type { KernelFacts } from '../../harness/look/evidence.ts'
import type { Cause } from '../diagnosis/cause.ts'
import { list, on } from '../nouns/phrases.ts'

/** What a node has instead of a namespace of that name (ip-netns(8)); undefined where it has one of its own. */
export function noNamespace(
  { netns, netnsOfNode, netnsGone }: KernelFacts,
  node: string,
  wanted: string,
): { saw: Text; tryThis: string; cause?: Cause } | undefined {
  if (netnsOfNode?.includes(wanted))
    return {
      saw: text(
        `${wanted} is only another name for ${node}'s own network namespace`,
        `${wanted} 只是 ${node} 自己的 network namespace 的另一個名稱`,
      ),
      tryThis: on(node, `sudo ip -n ${wanted} -br address`),
      cause: 'netns-empty-name',
    }
  if (netns[wanted]) return undefined
  if (netnsGone?.includes(wanted))
    return {
      saw: text(
        `the name ${wanted} is still in /run/netns, but no namespace is mounted on it any more`,
        `/run/netns 裡還有 ${wanted} 這個名稱，但上面已經沒有掛載 namespace`,
      ),
      tryThis: on(node, `findmnt /run/netns/${wanted}; sudo ip -n ${wanted} link`),
      cause: 'netns-empty-name',
    }
  const names = list(Object.keys(netns).sort())
  return {
    saw: text(
      `no namespace ${wanted}; namespaces here: ${names.en}`,
      `沒有名為 ${wanted} 的 namespace；現有的 namespace：${names['zh-TW']}`,
    ),
    tryThis: on(node, 'ip netns list'),
  }
}
