import { text } from '../say/text.ts'
import { killCgroups } from './cgroup.ts'
import { lockLab } from './lock.ts'
import { checkLabName, NODE_NAMES } from './names.ts'
import { asRoot, isRoot } from './privilege.ts'
import { waitReady } from './ready.ts'
import { sowSeed } from './seed.ts'
import type { Say } from './sentences.ts'
import { startNode } from './start.ts'
import { isUp, readState } from './state.ts'
import { up } from './up.ts'

/** Back to untouched machines: both nodes on fresh disks, with the keys and wires they had. Starts a lab that is down. */
export async function reset(lab: string, say: Say): Promise<void> {
  checkLabName(lab)
  const state = readState(lab)
  if (!state || !isUp(lab)) return up(lab, say)
  if (!isRoot()) return asRoot(['lab', 'reset', '--lab', lab])
  process.umask(0o022)
  await using _lab = await lockLab(lab, say)
  await Promise.all(
    NODE_NAMES.map(async node => {
      await Promise.all([killCgroups(lab, node), sowSeed(lab, node, state)])
      await startNode(lab, node, state, 'fresh')
    }),
  )
  await waitReady(lab, new AbortController().signal)
  say(text(`Lab "${lab}" is untouched again.`, `實驗環境「${lab}」已還原成全新的機器。`))
}
