import { text } from '../core/text.ts'
import type { ClassGrade, StudentGrade } from '../grade/class-grade.ts'
import type { StageSpec } from '../lesson/lesson.ts'
import { type FirstBrokenLink, firstBrokenLink } from '../tell/first-broken-link.ts'
import type { JudgedClaim } from '../tell/teller.ts'
import { isUntrusted } from './figures.ts'

const notLookedAt = text('the check did not look at this', '沒有查看這一項')

/**
 * Every claim of the lesson with what it came to for this student. One that was never judged (nothing could be reached,
 * or the lesson has it only since) is unknown: nobody is without a cell.
 */
export function judgedStages(
  { lesson }: Pick<ClassGrade, 'lesson'>,
  { closing, unreached, lost }: StudentGrade,
): { stage: StageSpec; claims: JudgedClaim[] }[] {
  const known = new Map(
    closing.stages.flatMap(({ claims }) => claims.map(one => [one.claim.id, one] as const)),
  )
  return lesson.stages.map(stage => ({
    stage,
    claims: stage.claims.map(claim => ({
      claim,
      judgement: known.get(claim.id)?.judgement ?? {
        verdict: 'unknown',
        saw: unreached ?? lost ?? notLookedAt,
        durationMs: 0,
      },
    })),
  }))
}

/** The first broken link with its claim; undefined where nothing is seen to fail, or the machine is not believed. */
export function brokenFirst(student: StudentGrade): (FirstBrokenLink & { judged: JudgedClaim }) | undefined {
  const broken = isUntrusted(student) ? undefined : firstBrokenLink(student.closing)
  const judged = student.closing.stages
    .flatMap(({ claims }) => claims)
    .find(({ claim }) => claim.id === broken?.claim)
  return broken && judged && { ...broken, judged }
}
