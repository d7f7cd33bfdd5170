import { firstFailing, sumUp } from '../check/sum-up.ts'
import type { Closing } from '../tell/teller.ts'
import { judgementOf, stagesOf, type WatchState } from './state.ts'

/** What a check would say of the lab as it is now; of a claim's hint, the steps that are open are in it. */
export function closingOf(state: WatchState, durationMs: number): Closing {
  const { lesson, lab, lang, hints, opened } = state
  const stages = stagesOf(state)
  const judgements = new Map(
    lesson.stages
      .flatMap(({ claims }) => claims)
      .map(({ id }) => {
        const { hint, ...judgement } = judgementOf(state, id)
        const steps = Math.max(1, opened.get(id) ?? hints)
        const open = (words: string) => words.split('\n').slice(0, steps).join('\n')
        const shown = hint && { en: open(hint.en), 'zh-TW': open(hint['zh-TW']) }
        return [id, { ...judgement, ...(shown && { hint: shown }) }]
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
