import { Unmet } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { Guest } from '../nouns/guest.ts'
import { list, on } from '../nouns/phrases.ts'
import { noNamespace } from './no-namespace.ts'

/** The namespace exists on its node, and a link in it beside lo is up; whether it has an address is not asked. */
export async function hasLink(lab: Lab, { node, netns }: Guest): Promise<void> {
  const facts = await lab.kernel(node)
  const links = facts.netns[netns]?.filter(({ name }) => name !== 'lo')
  const absent = noNamespace(facts, node, netns)
  if (!absent && links?.some(({ isUp }) => isUp)) return
  const seen = list(links?.map(({ name, isUp }) => `${name} ${isUp ? 'UP' : 'DOWN'}`) ?? [])
  throw new Unmet({
    expected: text(`an interface that is up in ${netns}`, `${netns} 裡有一個已啟用的介面`),
    saw: text(`interfaces beside lo: ${seen.en}`, `除了 lo 以外的介面：${seen['zh-TW']}`),
    where: `${node} · netns ${netns}`,
    tryThis: on(node, `sudo ip -n ${netns} -br link`),
    ...absent,
  })
}
