import type { Lang } from '../core/text.ts'
import { withoutUnbegun, withReplaced } from '../judge/aside.ts'
import { type JudgeOptions, judgeLesson } from '../judge/judge-lesson.ts'
import type { Proofs, Taught } from '../judge/proof.ts'
import type { Lesson, StageSpec } from '../lesson/lesson.ts'
import type { Looker } from '../look/evidence.ts'
import { recording } from '../look/recording.ts'
import { witnessesIn } from '../look/witnesses.ts'
import { inOrder } from '../tell/ordered.ts'
import type { Closing, Opening, Teller } from '../tell/teller.ts'
import { leftoversIn } from './leftovers.ts'
import { firstFailing, sumUp } from './sum-up.ts'

export interface CheckRequest {
  lesson: Lesson
  /** Only this stage is told; what its claims come after is judged quietly. */
  stageId?: string
  /** How many steps of a hint are shown with a failure; 1 unless told. */
  hints?: number
  /** As in JudgeOptions. */
  onAnswer?: JudgeOptions['onAnswer']
  lab: string
  lang: Lang
  /** The other lessons, loaded where this one fails: what they left behind is named. */
  others?: () => Promise<Taught[]>
  /** Set where no machine is asked. */
  recorded?: Opening['recorded']
  tellers: Teller[]
}

/** A check whose header is on the screen; what is slow to load and to reach is loaded and reached meanwhile. */
export interface OpenCheck {
  /** Judges the claims, tells each as soon as it is its turn, and the whole at the end. */
  judge(proofs: Proofs, looker: Looker, signal: AbortSignal): Promise<Closing>
}

/** Opens one check of one lesson on one lab: tells the header at once. */
export function openCheck({
  lesson,
  stageId,
  hints,
  onAnswer,
  lab,
  lang,
  others,
  recorded,
  tellers,
}: CheckRequest): OpenCheck {
  const startedAt = performance.now()
  const stages = lesson.stages.filter(stage => stageId === undefined || stage.id === stageId)
  const opening = { lesson, lab, lang, ...(recorded && { recorded }) }
  const told = inOrder({ stages }, tellers)
  told.opening(opening)
  // Who asks for one stage asks whether it stands, extra or replaced or not.
  const uncertain = stageId === undefined ? stages.filter(stage => mayBeSetAside(lesson, stage)) : []
  return {
    async judge(proofs, looker, signal) {
      const noted = recording(looker)
      const judged = await judgeLesson(lesson, proofs, noted, {
        ...(stageId !== undefined && { stageId }),
        ...(hints !== undefined && { hints }),
        onAnswer:
          onAnswer &&
          (async (claim, judgement) =>
            uncertain.some(({ claims }) => claims.includes(claim)) ? judgement : onAnswer(claim, judgement)),
        onJudged(stage, claim, judgement) {
          const isForCertain = judgement.verdict === 'holds' || !uncertain.includes(stage)
          if (isForCertain) told.judged(stage, { claim, judgement })
        },
        signal,
      })
      const judgements =
        stageId === undefined ? withoutUnbegun(lesson.stages, withReplaced(lesson.stages, judged)) : judged
      for (const stage of uncertain)
        for (const claim of stage.claims)
          if (judged.get(claim.id)?.verdict !== 'holds')
            told.judged(stage, { claim, judgement: judgements.get(claim.id)! })
      const whole = sumUp(stages, judgements)
      const leftovers =
        others && whole.verdict === 'fails' ? await leftoversIn(judged, await others(), noted, signal) : []
      const durationMs = Math.round(performance.now() - startedAt)
      const elsewhere = firstFailing(
        lesson.stages.filter(stage => !stages.includes(stage)),
        judgements,
      )
      const closing = {
        ...opening,
        ...whole,
        durationMs,
        ...(leftovers.length > 0 && { leftovers }),
        witnesses: witnessesIn(noted.recorded()),
        ...(elsewhere && { elsewhere }),
      }
      await told.closing(closing)
      return closing
    },
  }
}

/** Only when all is judged is it known whether what does not hold in this stage is asked for. */
const mayBeSetAside = ({ stages }: Pick<Lesson, 'stages'>, { id, extra }: StageSpec): boolean =>
  extra === true || stages.some(({ replaces }) => replaces?.includes(id))
