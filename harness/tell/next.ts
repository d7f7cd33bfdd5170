import type { Text } from '../core/text.ts'
import { countedClaims, countedStages } from './tally.ts'
import type { Closing, JudgedClaim } from './teller.ts'
import { next } from './wording.ts'

/** What a learner does next, and the command for it where there is one. */
export function nextStep(
  closing: Closing,
  again = `npm run check ${closing.lesson.id}`,
): { words: Text; command?: string } {
  const claims = countedClaims(closing)
  const failed = firstFailed(claims)
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
  const waits = claims.find(({ judgement }) => judgement.verdict === 'waits')
  if (waits) return { words: next.wait(waits.claim.title) }
  const begun = firstFailed(closing.stages.flatMap(stage => stage.claims))
  if (begun) return { words: next.fix(begun.claim.title), command: again }
  const { stages } = closing.lesson
  const last = countedStages(closing.stages).at(-1)?.stage.id
  const after = stages.findIndex(stage => stage.id === last) + 1
  const done = closing.stages.filter(({ claims: all }) => all.every(isHeld)).map(({ stage }) => stage.id)
  const stage = stages.slice(after).find(({ id }) => !done.includes(id))
  if (after === 0 || !stage) return { words: next.done }
  const number = stages.indexOf(stage) + 1
  return { words: stage.extra ? next.extra(number, stage.title) : next.stage(number, stage.title) }
}

const firstFailed = (claims: JudgedClaim[]) => claims.find(({ judgement }) => judgement.verdict === 'fails')
const isHeld = ({ judgement }: JudgedClaim) => judgement.verdict === 'holds'
