import { type Text, text } from '../core/text.ts'
import { cleanLine } from '../tell/clean.ts'

/** What `verifyLedger` found in an output folder. */
export interface Finding {
  kind:
    | 'no-ledger'
    | 'altered-bundle'
    | 'missing-bundle'
    | 'altered-line'
    | 'wrong-signature'
    | 'broken-chain'
    | 'cut-out'
    | 'cut-off'
    | 'other-key'
    | 'orphan'
    | 'half-line'
    | 'unfinished'
    | 'missing-shard'
  /** False: the evidence is not what the grader stored. True: it is only not complete, as after a crash. */
  isHarmless: boolean
  /** The file it is about. */
  file: string
  /** From 1. */
  line?: number
  sentence: Text
}

const broken = (kind: Finding['kind'], file: string, line: number | undefined, sentence: Text): Finding => ({
  kind,
  isHarmless: false,
  file,
  ...(line !== undefined && { line }),
  sentence,
})

const harmless = (kind: Finding['kind'], file: string, sentence: Text): Finding => ({
  kind,
  isHarmless: true,
  file,
  sentence,
})

export const noLedger = (folder: string) => {
  const name = cleanLine(folder)
  return broken(
    'no-ledger',
    folder,
    undefined,
    text(
      `${name} holds no ledger: nothing was graded there.`,
      `${name} 裡沒有評分紀錄（ledger）：這裡沒有評分過。`,
    ),
  )
}

export const alteredBundle = (file: string) => {
  const name = cleanLine(file)
  return broken(
    'altered-bundle',
    file,
    undefined,
    text(`${name} was altered after it was stored.`, `${name} 在存下之後被改過。`),
  )
}

export const missingBundle = (file: string) => {
  const name = cleanLine(file)
  return broken(
    'missing-bundle',
    file,
    undefined,
    text(`${name} was stored and is missing.`, `${name} 存過，但現在不見了。`),
  )
}

export const alteredLine = (file: string, line: number) =>
  broken(
    'altered-line',
    file,
    line,
    text(`Line ${line} of ${cleanLine(file)} was altered.`, `${cleanLine(file)} 的第 ${line} 行被改過。`),
  )

export const wrongSignature = (file: string, line: number) =>
  broken(
    'wrong-signature',
    file,
    line,
    text(
      `Line ${line} of ${cleanLine(file)} does not have the signature of its run's key: it was altered or added.`,
      `${cleanLine(file)} 第 ${line} 行的簽章和該次評分的金鑰不符：這一行被改過，或是後來加上的。`,
    ),
  )

export const brokenChain = (file: string, line: number) =>
  broken(
    'broken-chain',
    file,
    line,
    text(
      `Line ${line} of ${cleanLine(file)} does not follow from the line before it: one of them was replaced or moved.`,
      `${cleanLine(file)} 的第 ${line} 行接不上前一行：其中一行被換過或移動過。`,
    ),
  )

export const cutOut = (file: string, line: number, count: number) =>
  broken(
    'cut-out',
    file,
    line,
    text(
      `${count === 1 ? '1 line is' : `${count} lines are`} missing before line ${line} of ${cleanLine(file)}.`,
      `${cleanLine(file)} 的第 ${line} 行之前少了 ${count} 行。`,
    ),
  )

export const cutOff = (file: string) =>
  broken(
    'cut-off',
    file,
    undefined,
    text(
      `The last lines of ${cleanLine(file)} are missing: the line that the grades name is not in it.`,
      `${cleanLine(file)} 少了最後幾行：成績所記的那一行不在裡面。`,
    ),
  )

export const otherKey = (file: string, line: number, fingerprint: string) =>
  broken(
    'other-key',
    file,
    line,
    text(
      `The run from line ${line} of ${cleanLine(file)} on was signed with ${fingerprint}, which is not a key that is trusted here.`,
      `${cleanLine(file)} 從第 ${line} 行起的評分是用 ${fingerprint} 簽署的，這裡不信任這把金鑰。`,
    ),
  )

export const orphan = (file: string) => {
  const name = cleanLine(file)
  return harmless(
    'orphan',
    file,
    text(
      `${name} is in no ledger, as after a crash: nothing is graded from it.`,
      `${name} 不在任何評分紀錄裡（例如當機後留下的）：不會用來評分。`,
    ),
  )
}

export const halfLine = (file: string) =>
  harmless(
    'half-line',
    file,
    text(
      `The last line of ${cleanLine(file)} is half written, as after a crash: it does not count.`,
      `${cleanLine(file)} 的最後一行沒有寫完（例如當機時）：這一行不算數。`,
    ),
  )

export const unfinishedRun = (file: string, run: string) =>
  harmless(
    'unfinished',
    file,
    text(
      `Run ${run} in ${cleanLine(file)} has no end: it was interrupted or is still running.`,
      `${cleanLine(file)} 裡的評分 ${run} 沒有結束：被中斷了，或還在進行。`,
    ),
  )

export const missingShard = (folder: string, number: number, of: number) =>
  harmless(
    'missing-shard',
    folder,
    text(
      `Shard ${number}/${of} is missing: its students are not graded yet.`,
      `缺少 shard ${number}/${of}：它的學生還沒有評分。`,
    ),
  )
