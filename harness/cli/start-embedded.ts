import { CannotLook } from '../core/errors.ts'
import { type Lang, text } from '../core/text.ts'
import { canRunHere, embeddedInventory, up } from '../embedded/index.ts'
import { checkLabName } from '../embedded/names.ts'
import { labFlag } from '../embedded/sentences.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { demoLesson } from '../lesson/demo-lesson.ts'

const starting = (lab: string) => {
  const down = `npx ovn-lab lab down${labFlag(lab)}`
  return text(
    `No lab is configured, so the embedded lab "${lab}" is started on this machine (${down} removes it).`,
    `沒有設定實驗環境，因此在這台機器上啟動內建實驗環境「${lab}」（執行 ${down} 即可移除）。`,
  )
}

/** Starts the embedded lab after saying so. CannotLook, with what would be needed, where this machine can run none. */
export async function startEmbedded(lab: string, lang: Lang, lessonFolder?: string): Promise<Inventory> {
  checkLabName(lab)
  const able = await canRunHere()
  if (!able.ok) throw noLab(able.reason)
  console.error(starting(lab)[lang])
  await up(lab, sentence => console.error(sentence[lang]), lessonFolder === undefined ? {} : { lessonFolder })
  const inventory = await embeddedInventory(lab)
  if (!inventory) throw new TypeError(`lab ${lab} is up, and is not`)
  return inventory
}

const noLab = (reason: { en: string; 'zh-TW': string }) =>
  new CannotLook(
    text(
      `There is no lab to look at, and none can be started here: ${reason.en}`,
      `沒有可以查看的實驗環境，這裡也無法啟動：${reason['zh-TW']}`,
    ),
    { help: `npm run check -- ${demoLesson()} --inventory lab.yaml` },
  )
