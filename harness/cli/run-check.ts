import { openCheck } from '../check/open-check.ts'
import { closingAfterwards } from '../core/interrupt.ts'
import type { Verdict } from '../core/verdict.ts'
import { loadOthers, loadProofs } from '../judge/load-proofs.ts'
import { loadLesson } from '../lesson/load-lesson.ts'
import { recording, saveRecording } from '../look/recording.ts'
import { noteOf } from '../progress/note.ts'
import { stageIndex } from '../solve/solution.ts'
import { lineFor } from './again.ts'
import type { CheckFlags } from './flags.ts'
import { noteProgress } from './note-progress.ts'
import { openLab } from './open-lab.ts'
import { lazyShadow, tryingWords } from './shadow-of.ts'
import { tellersFor } from './tellers.ts'

/** Checks one lesson on the lab the flags mean. Resolves with the verdict of the whole. */
export async function runCheck(lessonId: string, flags: CheckFlags): Promise<Verdict> {
  const lesson = await loadLesson(lessonId)
  if (flags.stage !== undefined) stageIndex(lesson, flags.stage)
  const { stage, hints, explain, replay: _, ...machines } = flags
  const again = lineFor('check', lessonId, flags, { stage, hints, explain: explain ? '' : undefined })
  const tellers = await tellersFor(flags, again, other => lineFor('undo', other, machines))
  const lab = await openLab(flags, { lesson })
  const proofs = loadProofs(lesson)
  const mayShowAnswers = (flags.hints ?? 1) > 1 && !lab.recorded
  const shadow = lazyShadow(lesson, proofs, lab.name, flags, answer =>
    console.error(tryingWords(answer)[flags.lang]),
  )
  const check = openCheck({
    lesson,
    ...(mayShowAnswers && {
      onAnswer: async (claim, judgement) => (await shadow.get())?.withAnswer(claim, judgement) ?? judgement,
    }),
    ...(flags.stage !== undefined && { stageId: flags.stage }),
    ...(flags.hints !== undefined && { hints: flags.hints }),
    lab: lab.name,
    lang: flags.lang,
    others: () => loadOthers(lessonId),
    tellers,
  })
  const looker = recording(lab.looker())
  return closingAfterwards(
    async () => void (await Promise.all([looker.close(), shadow.close()])),
    async signal => {
      const closing = await check.judge(await proofs, looker, signal)
      if (flags.record !== undefined) await saveRecording(flags.record, looker.recorded())
      const said = lab.recorded ? undefined : noteProgress(known => noteOf(closing, known, flags))
      if (said) console.error(said[flags.lang])
      return closing.verdict
    },
  )
}
