import { type Text, text } from '../../harness/core/text.ts'
import type { ProgramFacts } from '../../harness/look/evidence.ts'

/** Nodes that one machine answers for: the kernel draws a number at each boot, and one for each network namespace. */
export function oneMachine(nodes: { node: string; programs: ProgramFacts | undefined }[]): Text[] {
  const known = nodes.flatMap(({ node, programs }) =>
    programs?.boot && programs.netns ? [{ node, id: `${programs.boot} ${programs.netns}` }] : [],
  )
  return known.flatMap(({ node, id }, at) => {
    const other = known.slice(0, at).find(one => one.id === id)
    if (!other) return []
    return [
      text(
        `${other.node} and ${node} are one machine: both have the same boot number (${id.slice(0, 36)}) and the same network namespace`,
        `${other.node} 和 ${node} 是同一台機器：兩者的開機編號（${id.slice(0, 36)}）和 network namespace 都相同`,
      ),
    ]
  })
}
