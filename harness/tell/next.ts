import type { Text } from '../core/text.ts'
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
  if (closing.elsewhere) {
    const { stage, claim } = closing.elsewhere
    return { words: next.elsewhere(closing.lesson.stages.indexOf(stage) + 1, stage.title, claim.title) }
  }
  const last = closing.stages.at(-1)?.stage.id
  const after = closing.lesson.stages.findIndex(stage => stage.id === last) + 1
  const stage = closing.lesson.stages[after]
  return { words: after > 0 && stage ? next.stage(after + 1, stage.title) : next.done }
}
