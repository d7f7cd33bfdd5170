import { text } from '../core/text.ts'
import { lockLab } from './lock.ts'
import { checkLabName } from './names.ts'
import { asRootOf } from './own-root.ts'
import { isRoot } from './privilege.ts'
import { PROVIDERS } from './provider.ts'
import { waitReady } from './ready.ts'
import type { Say } from './sentences.ts'
import { isUp, providerOf, readState } from './state.ts'
import { up } from './up.ts'

/** Back to untouched machines: all nodes as they were when the lab was new, with the keys and wires they had. Starts a lab that is down. */
export async function reset(lab: string, say: Say): Promise<void> {
  checkLabName(lab)
  const state = readState(lab)
  if (!state || !isUp(lab)) return up(lab, say)
  if (!isRoot()) return asRootOf(lab, ['lab', 'reset', '--lab', lab])
  process.umask(0o022)
  await using _lab = await lockLab(lab, say)
  await PROVIDERS[providerOf(lab)].backToUntouched(lab, state)
  await waitReady(lab, new AbortController().signal)
  say(text(`Lab "${lab}" is untouched again.`, `實驗環境「${lab}」已還原成全新的機器。`))
}
