import { same, type Text, text } from '../core/text.ts'
import { canRun, type Problem } from './candidate.ts'
import type { Diagnosis } from './judge.ts'

/** The diagnosis in sentences, a line each: what can run with the command to start it, what cannot and what mends it. */
export function diagnosisLines({ candidates, remarks }: Diagnosis): Text[] {
  const able = candidates.filter(canRun)
  return [
    able.length > 0
      ? text('This computer can run:', '這台電腦可以執行：')
      : text('This computer can run no lab yet.', '這台電腦還不能執行任何實驗環境。'),
    ...able.flatMap(({ name, command, notes }) => [
      marked('✔', name),
      ...notes.map(indented),
      same(`      ${command}`),
    ]),
    ...(able.length < candidates.length ? [text('Not yet:', '還不能執行：')] : []),
    ...candidates
      .filter(candidate => !canRun(candidate))
      .flatMap(({ name, problems }) => [marked('✘', name), ...problems.flatMap(problemLines)]),
    ...(remarks.length > 0 ? [text('Besides:', '另外：'), ...remarks.flatMap(problemLines)] : []),
  ]
}

/** A problem, and under it what mends it. */
export const problemLines = ({ what, mend }: Problem): Text[] => [indented(what), same(`      → ${mend}`)]

const marked = (mark: string, { en, 'zh-TW': zhTW }: Text) => text(`  ${mark} ${en}`, `  ${mark} ${zhTW}`)
const indented = ({ en, 'zh-TW': zhTW }: Text) => text(`    ${en}`, `    ${zhTW}`)
