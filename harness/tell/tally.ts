import type { Closing, JudgedClaim } from './teller.ts'
import type { Tally } from './wording.ts'

/** How many claims of a check came to each verdict. */
export function tallyOf(closing: Pick<Closing, 'stages'>): Tally {
  const tally: Tally = { holds: 0, fails: 0, unknown: 0, waits: 0 }
  for (const { claims } of closing.stages) for (const { judgement } of claims) tally[judgement.verdict] += 1
  return tally
}

/** The points a claim brought: all of them or none. */
export const pointsOf = ({ claim, judgement }: JudgedClaim): number =>
  judgement.verdict === 'holds' ? claim.points : 0
