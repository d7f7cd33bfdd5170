import type { Judgement, Verdict } from '../core/verdict.ts'
import type { Lesson } from '../lesson/lesson.ts'
import { countedClaims, countedStages, sumOf } from '../tell/tally.ts'
import type { Closing } from '../tell/teller.ts'

/**
 * The whole of a check from its claims: fails if any claim fails, else unknown if any is, else holds; extra stages
 * count only where nothing else was checked, and what a later stage has replaced does not.
 * `stages` are the stages that were checked.
 */
export function sumUp(
  stages: Lesson['stages'],
  judgements: Map<string, Judgement>,
): Pick<Closing, 'verdict' | 'points' | 'maxPoints' | 'stages'> {
  const judged = stages.map(stage => ({
    stage,
    claims: stage.claims.map(claim => ({ claim, judgement: judgements.get(claim.id)! })),
  }))
  return {
    verdict: wholeOf(countedClaims({ stages: judged }).map(({ judgement }) => judgement.verdict)),
    ...sumOf(countedStages(judged).flatMap(({ claims }) => claims)),
    stages: judged,
  }
}

/** A claim that waits does so for one that fails; alone (its stage was checked by itself) it is no pass either. */
function wholeOf(verdicts: Verdict[]): Verdict {
  if (verdicts.includes('fails') || verdicts.includes('waits')) return 'fails'
  return verdicts.includes('unknown') ? 'unknown' : 'holds'
}

/** The first claim of these stages that was judged, as others come after it, and fails. */
export function firstFailing(
  stages: Lesson['stages'],
  judgements: Map<string, Judgement>,
): Closing['elsewhere'] {
  const claims = stages.flatMap(stage => stage.claims.map(claim => ({ stage, claim })))
  return claims.find(({ claim }) => judgements.get(claim.id)?.verdict === 'fails')
}
