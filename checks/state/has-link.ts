import { Unmet } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { Guest } from '../nouns/guest.ts'
import { list, on } from '../nouns/phrases.ts'

/** The namespace exists on its node, and a link in it beside lo is up; whether it has an address is not asked. */
export async function hasLink(lab: Lab, { node, netns }: Guest): Promise<void> {
  const facts = await lab.kernel(node)
  const links = facts.netns[netns]?.filter(({ name }) => name !== 'lo')
  const isNodes = facts.netnsOfNode?.includes(netns) ?? false
  if (!isNodes && links?.some(({ isUp }) => isUp)) return
  const names = list(Object.keys(facts.netns).sort())
  const seen = list(links?.map(({ name, isUp }) => `${name} ${isUp ? 'UP' : 'DOWN'}`) ?? [])
  throw new Unmet({
    expected: text(`an interface that is up in ${netns}`, `${netns} 裡有一個已啟用的介面`),
    saw: isNodes
      ? text(
          `${netns} is only another name for ${node}'s own network namespace`,
          `${netns} 只是 ${node} 自己的 network namespace 的另一個名稱`,
        )
      : links
        ? text(`interfaces beside lo: ${seen.en}`, `除了 lo 以外的介面：${seen['zh-TW']}`)
        : text(
            `no namespace ${netns}; namespaces here: ${names.en}`,
            `沒有名為 ${netns} 的 namespace；現有的 namespace：${names['zh-TW']}`,
          ),
    where: `${node} · netns ${netns}`,
    tryThis: on(node, links ? `sudo ip -n ${netns} -br link` : 'ip netns list'),
  })
}
