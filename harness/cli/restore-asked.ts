import { createInterface } from 'node:readline/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Checkpoint } from '../checkpoint/store.ts'
import { BadCall } from '../core/errors.ts'
import { text } from '../core/text.ts'
import type { Lesson } from '../lesson/lesson.ts'
import type { CheckpointFlags } from './checkpoint.ts'

/** Throws BadCall where a checkpoint is of another lesson, or of other machines. */
export function assertFits({ name, lesson: id, topology }: Checkpoint, lesson: Lesson): void {
  if (id !== lesson.id)
    throw new BadCall(
      text(
        `"${name}" is a checkpoint of ${id}, and you are in ${lesson.id}: add --lesson ${id} if you want to go back to it.`,
        `「${name}」是 ${id} 的存檔點，而你正在上 ${lesson.id}：確定要回去的話，請加上 --lesson ${id}。`,
      ),
    )
  if (!isDeepStrictEqual(JSON.parse(JSON.stringify(lesson.topology)), topology))
    throw new BadCall(
      text(
        `"${name}" is a checkpoint of other machines than ${id} has now: it does not fit them.`,
        `「${name}」存檔點的機器和 ${id} 現在的不同，無法使用。`,
      ),
    )
}

/** Another lab’s work is replaced only where that lab was named. */
export function assertSameLab({ name, lab }: Checkpoint, here: string, flags: CheckpointFlags): void {
  if (lab === here || flags.lab !== undefined || flags.inventory !== undefined) return
  throw new BadCall(
    text(
      `"${name}" is a checkpoint of lab "${lab}", and this is lab "${here}": name with --lab the one that is to be replaced.`,
      `「${name}」是實驗環境「${lab}」的存檔點，而這裡是「${here}」：請用 --lab 指定要取代哪一個。`,
    ),
  )
}

/** Asks whether what is there may be replaced; BadCall where it may not, or nobody can be asked. */
export async function assertWanted(
  { name, savedAt }: Checkpoint,
  lab: string,
  { yes, lang }: CheckpointFlags,
): Promise<void> {
  if (yes) return
  if (!process.stdin.isTTY)
    throw new BadCall(
      text(
        `Restoring replaces all that is in lab "${lab}" now, and there is no terminal to ask you in: add --yes if you want that.`,
        `回到存檔點會取代實驗環境「${lab}」目前的所有內容，而這裡沒有終端機可以詢問你：確定的話，請加上 --yes。`,
      ),
    )
  const { en, 'zh-TW': zh } = text(
    `All that is in lab "${lab}" now will be replaced by ${name} of ${new Date(savedAt).toLocaleString('sv-SE')}; it is saved first. Go on? [y/N] `,
    `實驗環境「${lab}」目前的所有內容會換成 ${name}（${new Date(savedAt).toLocaleString('sv-SE')}），換之前會先存檔。要繼續嗎？[y/N] `,
  )
  const asking = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await asking.question(lang === 'en' ? en : zh)
  asking.close()
  if (!/^\s*(y|yes|是|好)\s*$/i.test(answer))
    throw new BadCall(text('Nothing was changed.', '什麼都沒有改變。'))
}
