import type { Bundle } from '../bundle/bundle.ts'
import type { Text } from '../core/text.ts'
import type { Verdict } from '../core/verdict.ts'
import { sumOf } from '../tell/tally.ts'
import type { Closing } from '../tell/teller.ts'
import type { StagePoints, StudentGrade } from './class-grade.ts'
import { type GradingRules, hundredths, latePoints } from './rules.ts'
import type { Unexamined } from './unexamined.ts'
import type { WrongClock } from './wrong-clocks.ts'

/** One attempt, and what today's checks make of it. */
export interface Attempt {
  bundle: Omit<Bundle, 'recording'>
  closing: Closing
  unexamined?: Unexamined[]
  wrongClocks?: WrongClock[]
  /** Nothing of it is left to judge; the bundle says nothing. */
  isLost?: boolean
}

/**
 * What a student's attempts come to: the best or the last of those in which every check ran. Where there is none of these,
 * the one that saw most, and its points stay open: an attempt that could not look costs nothing and gives nothing.
 */
export function studentGrade(
  { id, name }: { id: string; name: string },
  attempts: Attempt[],
  rules: GradingRules,
): StudentGrade {
  let first: CountedFrom | undefined
  const graded = attempts.map(attempt => {
    const one = gradeOf(attempt, rules, first)
    // What was seen and not believed is no attempt that could not look.
    const couldNotLook = one.points === null && one.untrusted === undefined
    first = couldNotLook ? (first ?? { ...handedInAt(attempt), why: 'attempt' }) : undefined
    return one
  })
  const whole = graded.filter(({ points }) => points !== null).slice(0, rules.maxAttempts)
  const counted = whole.length > 0 ? chosen(whole, rules.count) : leastUnknown(graded)
  return { id, name, ...counted, attempts: attempts.length }
}

type Graded = Omit<StudentGrade, 'id' | 'name' | 'attempts'>

const chosen = (whole: Graded[], count: GradingRules['count']): Graded =>
  whole.reduce((best, next) => (count === 'last' || next.points! > best.points! ? next : best))

const leastUnknown = (graded: Graded[]): Graded =>
  graded.reduce((best, next) => (unknownIn(next) <= unknownIn(best) ? next : best))

const unknownIn = ({ closing }: Graded): number => verdictsIn(closing).filter(one => one === 'unknown').length

const verdictsIn = ({ stages }: Pick<Closing, 'stages'>): Verdict[] =>
  stages.flatMap(({ claims }) => claims.map(({ judgement }) => judgement.verdict))

type CountedFrom = NonNullable<StudentGrade['countedFrom']>

/** When commands were handed in, but never after they were graded; of machines, when they were looked at. */
function handedInAt({ bundle: { startedAt, submission } }: Attempt): {
  at: string
  why?: CountedFrom['why']
} {
  const { at, from } = submission?.handedIn ?? { at: startedAt, from: undefined }
  return from !== undefined && Date.parse(at) < Date.parse(startedAt) ? { at, why: from } : { at: startedAt }
}

/** `first`: when the first of the attempts right before this one began that could not look. Nobody is late because we could not. */
function gradeOf(attempt: Attempt, rules: GradingRules, first: CountedFrom | undefined): Graded {
  const { bundle, closing, unexamined = [], wrongClocks = [] } = attempt
  const isTrusted = (bundle.untrusted ?? []).length === 0
  const stages = closing.stages.map(({ stage, claims }): StagePoints => {
    const isOpen = !isTrusted || claims.some(({ judgement }) => judgement.verdict === 'unknown')
    const { points, maxPoints } = sumOf(claims)
    return {
      stage: stage.id,
      points: isOpen ? null : points,
      maxPoints,
      ...(stage.extra && { isExtra: true }),
    }
  })
  const isOpen = stages.some(({ points, isExtra }) => points === null && !isExtra)
  const own = handedInAt(attempt)
  const { at, why } = first && Date.parse(first.at) < Date.parse(own.at) ? first : own
  const lateAt = (moment: string) => (isOpen ? 0 : latePoints(closing.points, moment, rules))
  const off = lateAt(at)
  const unreached = unreachedReason(closing)
  return {
    verdict: isTrusted ? closing.verdict : 'unknown',
    points: isOpen ? null : hundredths(closing.points - off),
    maxPoints: closing.maxPoints,
    stages,
    ...(off > 0 && { latePoints: off }),
    ...(why && off < lateAt(bundle.startedAt) && { countedFrom: { at, why } }),
    durationMs: bundle.durationMs,
    attempt: bundle.attempt,
    startedAt: bundle.startedAt,
    ...(bundle.submission && { submission: bundle.submission }),
    ...(unreached && (attempt.isLost ? { lost: unreached } : { unreached })),
    ...(!isTrusted && { untrusted: bundle.untrusted }),
    ...(unexamined.length > 0 && { unexamined }),
    ...(wrongClocks.length > 0 && { wrongClocks }),
    closing,
  }
}

/** Nothing at all could be looked at: the first reason says why. */
function unreachedReason({ stages }: Closing): Text | undefined {
  const claims = stages.flatMap(stage => stage.claims)
  return claims.every(({ judgement }) => judgement.verdict === 'unknown')
    ? claims[0]?.judgement.saw
    : undefined
}
