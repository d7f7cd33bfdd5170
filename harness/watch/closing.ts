import { firstFailing, sumUp } from '../check/sum-up.ts'
import { type Text, text } from '../core/text.ts'
import type { Closing } from '../tell/teller.ts'
import { judgementOf, stagesOf, stepsOf, type WatchState } from './state.ts'

/**
 * What a check would say of the lab as it is now; of a claim's hint, the steps that are open are in it, but for an answer that was
 * not tried yet.
 */
export function closingOf(state: WatchState, durationMs: number): Closing {
  const { lesson, lab, lang } = state
  const stages = stagesOf(state)
  const judgements = new Map(
    lesson.stages
      .flatMap(({ claims }) => claims)
      .map(({ id }) => {
        const { hint: _, ...judgement } = judgementOf(state, id)
        const hint = hintOf(state, id)
        return [id, { ...judgement, ...(hint && { hint }) }]
      }),
  )
  const elsewhere = firstFailing(
    lesson.stages.filter(stage => !stages.includes(stage)),
    state.judgements as Map<string, Closing['stages'][0]['claims'][0]['judgement']>,
  )
  const isPart = stages.length < lesson.stages.length
  return {
    ...{ lesson, lab, lang, durationMs },
    ...sumUp(stages, judgements),
    ...(isPart && elsewhere && { elsewhere }),
  }
}

/** At least the first step. */
function hintOf(state: WatchState, id: string): Text | undefined {
  const { answers, hints, opened } = state
  const steps = stepsOf(state, id)
  const open = steps.slice(0, Math.max(1, opened.get(id) ?? hints))
  if (answers && steps.length > 0 && open.length === steps.length) {
    const tried = answers.tried(id, judgementOf(state, id))
    if (!tried || tried.shown) open.splice(-1, 1, ...(tried?.shown ? [tried.shown] : []))
  }
  if (open.length === 0) return undefined
  return text(open.map(({ en }) => en).join('\n'), open.map(step => step['zh-TW']).join('\n'))
}
