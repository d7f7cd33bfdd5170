import { type Text, text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { pausedOn, stoppedOn } from '../diagnosis/daemon.ts'

/** Whether the daemon that should have done something runs: the first thing to know when it has not been done. */
export async function daemonState(lab: Lab, node: string, daemon: string): Promise<Text> {
  const { daemons, paused, impostors } = await lab.kernel(node)
  if (paused?.includes(daemon)) return pausedOn(node, daemon)
  return daemons.includes(daemon)
    ? text(`${daemon} runs on ${node}`, `${node} 上的 ${daemon} 正在執行`)
    : stoppedOn(node, daemon, impostors?.[daemon])
}
