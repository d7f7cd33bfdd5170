import { text } from '../../harness/core/text.ts'
import type { DhcpHeard, RaHeard } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { on } from '../nouns/phrases.ts'
import { hookAt } from './hooked-at.ts'
import type { Asking } from './unanswered.ts'

/**
 * Answers came in to the link of an endpoint, and all of them ended where something hooks in at that link, before any
 * program or the kernel itself could take them. Undefined where one was taken, or nobody looked.
 */
export async function notTaken(
  lab: Lab,
  { endpoint: { node, netns }, link }: Asking,
  came: (DhcpHeard | RaHeard)[],
): Promise<BrokenLink | undefined> {
  if (came.length === 0 || came.some(({ isTaken }) => isTaken !== false)) return undefined
  const found = await hookAt(lab, { node, netns, device: link.name, hook: 'ingress' })
  const [part, tool] = found ?? ['hooks', `ip -n ${netns} -d link show ${link.name}`]
  return {
    where: `${node} · netns ${netns} · ${part}`,
    saw: text(
      `${came.length} of ${came.length} answers that came in by ${link.name} were dropped there, at its ingress, before a program of ${netns} could receive them`,
      `從 ${link.name} 進來的 ${came.length} 個回應，在它的 ingress 全部被丟棄，${netns} 裡的程式收不到`,
    ),
    tryThis: on(node, `sudo ${tool}`),
  }
}
