import { CannotLook } from '../core/errors.ts'
import { type Text, text } from '../core/text.ts'
import { DEFAULT_LAB } from './names.ts'

/** Someone to tell what happens, sentence by sentence. */
export type Say = (line: Text) => void

/** The flag that names a lab, as a learner would type it; nothing for the default one. */
export const labFlag = (lab: string): string => (lab === DEFAULT_LAB ? '' : ` --lab ${lab}`)

/** For a command that needs a lab which is not up. */
export const notUp = (lab: string): Text =>
  text(
    `Lab "${lab}" is not up: start it with npx ovn-lab lab up${labFlag(lab)}.`,
    `實驗環境「${lab}」沒有啟動：請用 npx ovn-lab lab up${labFlag(lab)} 啟動。`,
  )

/** The lab could not be brought up although everything it needs is here; `detail` is what its part said. */
export const didNotStart = (what: Text, detail: string): CannotLook =>
  new CannotLook(
    text(
      `The lab did not start: ${what.en}${detail && ` (${detail})`}.`,
      `實驗環境無法啟動：${what['zh-TW']}${detail && `（${detail}）`}。`,
    ),
  )
