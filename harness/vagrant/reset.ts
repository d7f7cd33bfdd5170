import { CannotLook } from '../core/errors.ts'
import { type Text, text } from '../core/text.ts'
import { undoWorkOn } from '../solve/undo-work.ts'
import { vagrantInventory } from './inventory.ts'
import { up } from './up.ts'

/** Back to untouched machines, by undoing what was done on them. Starts machines that are off. */
export async function reset(say: (line: Text) => void): Promise<void> {
  await up(() => undefined)
  await undoWorkOn(await vagrantInventory()).catch((problem: unknown) => {
    if (!(problem instanceof CannotLook) || problem.help !== undefined) throw problem
    const { reason, where = '' } = problem
    throw new CannotLook(reason, { where, help: 'npx ovn-lab lab status --lab vagrant', cause: problem })
  })
  say(
    text(
      'Lab "vagrant" is untouched again. Files in home folders stay.',
      '實驗環境「vagrant」已還原成全新的機器。家目錄裡的檔案會保留。',
    ),
  )
}
