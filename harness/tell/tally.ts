import type { StageSpec } from '../lesson/lesson.ts'
import type { Closing, JudgedClaim } from './teller.ts'
import type { Tally } from './wording.ts'

/** Of the stages that were checked, those the whole is judged by: extra ones only where nothing else was asked for. */
export function countedStages<S extends { stage: StageSpec }>(stages: S[]): S[] {
  const normal = stages.filter(({ stage }) => !stage.extra)
  return normal.length > 0 ? normal : stages
}

/** The claims the whole is judged by, but for those a later stage has replaced. */
export const countedClaims = ({ stages }: Pick<Closing, 'stages'>): JudgedClaim[] =>
  countedStages(stages)
    .flatMap(({ claims }) => claims)
    .filter(({ judgement }) => judgement.aside !== 'replaced')

/** How many claims of a check came to each verdict, extra stages and what is replaced apart. */
export function tallyOf(closing: Pick<Closing, 'stages'>): Tally {
  const tally: Tally = { holds: 0, fails: 0, unknown: 0, waits: 0 }
  for (const { judgement } of countedClaims(closing)) tally[judgement.verdict] += 1
  return tally
}

/** The points a claim brought: all of them or none. What a later stage has replaced brings them too. */
export const pointsOf = ({ claim, judgement }: JudgedClaim): number =>
  judgement.verdict === 'holds' || judgement.aside === 'replaced' ? claim.points : 0

/** The points that claims brought, and could bring. */
export const sumOf = (claims: JudgedClaim[]): { points: number; maxPoints: number } => ({
  points: claims.reduce((sum, judged) => sum + pointsOf(judged), 0),
  maxPoints: claims.reduce((sum, { claim }) => sum + claim.points, 0),
})

/** How far one is in the extra stages that were checked beside others. */
export interface ExtraTally {
  holds: number
  claims: number
  points: number
  maxPoints: number
}

/** What the extra stages came to; undefined where there are none, or nothing but them was checked. */
export function extraOf(closing: Pick<Closing, 'stages'>): ExtraTally | undefined {
  const counted = countedStages(closing.stages)
  const claims = closing.stages.filter(stage => !counted.includes(stage)).flatMap(stage => stage.claims)
  if (claims.length === 0) return undefined
  const holds = claims.filter(({ judgement }) => judgement.verdict === 'holds').length
  return { holds, claims: claims.length, ...sumOf(claims) }
}
