import { openCheck } from '../check/open-check.ts'
import { BadCall } from '../core/errors.ts'
import { text } from '../core/text.ts'
import type { Verdict } from '../core/verdict.ts'
import { loadProofs } from '../judge/load-proofs.ts'
import { loadLesson } from '../lesson/load-lesson.ts'
import { recording, saveRecording } from '../look/recording.ts'
import { stageIndex } from '../solve/solution.ts'
import type { CheckFlags } from './flags.ts'
import { closingAfterwards } from './interrupt.ts'
import { openLab } from './open-lab.ts'
import { tellersFor } from './tellers.ts'

/** Checks one lesson on the lab the flags mean. Resolves with the verdict of the whole. */
export async function runCheck(lessonId: string, flags: CheckFlags): Promise<Verdict> {
  if (flags.watch)
    throw new BadCall(
      text(
        '--watch is not supported yet: run the check again after a change.',
        '目前還不支援 --watch：修改之後，請再檢查一次。',
      ),
    )
  const lesson = await loadLesson(lessonId)
  if (flags.stage !== undefined) stageIndex(lesson, flags.stage)
  const tellers = await tellersFor(flags, againLine(lessonId, flags))
  const lab = await openLab(flags, { lesson })
  const check = openCheck({
    lesson,
    ...(flags.stage !== undefined && { stageId: flags.stage }),
    ...(flags.hints !== undefined && { hints: flags.hints }),
    lab: lab.name,
    lang: flags.lang,
    tellers,
  })
  const looker = recording(lab.looker())
  return closingAfterwards(
    () => looker.close(),
    async signal => {
      const { verdict } = await check.judge(await loadProofs(lesson), looker, signal)
      if (flags.record !== undefined) await saveRecording(flags.record, looker.recorded())
      return verdict
    },
  )
}

/** The line that repeats this check, for "what next". npm needs `--` before flags. */
function againLine(
  lessonId: string,
  { stage, hints, lab, inventory, explain, lang: _, ...rest }: CheckFlags,
): string {
  const flags = Object.entries({ stage, hints, lab, inventory, replay: rest.replay })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `--${name} ${value}`)
  if (explain) flags.push('--explain')
  return ['npm run check', flags.length > 0 ? '--' : '', lessonId, ...flags].filter(Boolean).join(' ')
}
