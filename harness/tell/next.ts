import type { StageSpec } from '../lesson/lesson.ts'
import type { Text } from '../say/text.ts'
import type { Closing } from './teller.ts'
import { next } from './wording.ts'

/** What a learner does next, and the command for it where there is one. */
export function nextStep(
  closing: Closing,
  again = `npm run check ${closing.lesson.id}`,
): { words: Text; command?: string } {
  const claims = closing.stages.flatMap(stage => stage.claims)
  const failed = claims.find(({ judgement }) => judgement.verdict === 'fails')
  if (failed) return { words: next.fix(failed.claim.title), command: again }
  const unseen = claims.find(
    ({ judgement }) => judgement.verdict === 'unknown' && judgement.bug === undefined,
  )
  if (unseen) return { words: next.look(unseen.claim.title), command: again }
  if (claims.some(({ judgement }) => judgement.bug !== undefined)) return { words: next.report }
  const before = awaitedStage(closing)
  if (before) return { words: next.before(before.number, before.stage.title) }
  const last = closing.stages.at(-1)?.stage.id
  const after = closing.lesson.stages.findIndex(stage => stage.id === last) + 1
  const stage = closing.lesson.stages[after]
  return { words: after > 0 && stage ? next.stage(after + 1, stage.title) : next.done }
}

/** Where only one stage was checked, and waits: the stage, with its number, of the claim it waits for. */
function awaitedStage({ stages, lesson }: Closing): { number: number; stage: StageSpec } | undefined {
  const waiting = stages
    .flatMap(({ claims }) => claims)
    .find(({ judgement }) => judgement.verdict === 'waits')
  const title = waiting?.judgement.saw?.en
  const at = lesson.stages.findIndex(({ claims }) => claims.some(claim => claim.title.en === title))
  const stage = lesson.stages[at]
  return stage && { number: at + 1, stage }
}
