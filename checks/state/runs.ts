import { Unmet } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { mustAnswer, notRunning, pausedOn } from '../diagnosis/daemon.ts'
import { firstOf } from '../nouns/first-of.ts'

/** A daemon of OVN or Open vSwitch runs on a node: it is among its processes, and it answers. */
export async function runs(lab: Lab, node: string, daemon: string): Promise<void> {
  const broken = await notRunning(lab, node, daemon)
  if (broken)
    throw new Unmet({
      expected: text(`${daemon} runs on ${node}`, `${node} 上的 ${daemon} 正在執行`),
      ...broken,
    })
  await mustAnswer(lab, node, daemon)
  const waits = daemon === NORTHD ? await waitsForOne(lab, node) : undefined
  if (waits)
    throw new Unmet({
      expected: text(`${daemon} on ${node} does its work`, `${node} 上的 ${daemon} 有在工作`),
      ...waits,
    })
}

const NORTHD = 'ovn-northd'

/** Of several ovn-northd one is active, and the others wait (ovn-northd(8), Active-Standby): in vain where that one is paused and keeps its lock. */
async function waitsForOne(lab: Lab, node: string): Promise<BrokenLink | undefined> {
  const paused = await firstOf(
    lab.nodes.filter(one => one !== node),
    async other => ((await unlessBlind(lab.kernel(other)))?.paused?.includes(NORTHD) ? other : undefined),
  )
  if (paused === undefined) return undefined
  const facts = await unlessBlind(lab.daemon(node, NORTHD))
  if (facts?.status !== 'standby') return undefined
  const { en, 'zh-TW': zh } = pausedOn(paused, NORTHD)
  return {
    where: `${paused} · ${NORTHD}`,
    saw: text(
      `${NORTHD} on ${node} is standby, so another one is active; ${en}`,
      `${node} 上的 ${NORTHD} 狀態是 standby，由另一個負責；${zh}`,
    ),
    tryThis: `sudo ovn-appctl -t ${NORTHD} status`,
    cause: 'northd-idle',
  }
}
