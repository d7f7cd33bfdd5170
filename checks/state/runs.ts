import { Unmet } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { mustAnswer, notRunning } from '../diagnosis/daemon.ts'

/** A daemon of OVN or Open vSwitch runs on a node: it is among its processes, and it answers. */
export async function runs(lab: Lab, node: string, daemon: string): Promise<void> {
  const broken = await notRunning(lab, node, daemon)
  if (broken)
    throw new Unmet({
      expected: text(`${daemon} runs on ${node}`, `${node} 上的 ${daemon} 正在執行`),
      ...broken,
    })
  await mustAnswer(lab, node, daemon)
}
