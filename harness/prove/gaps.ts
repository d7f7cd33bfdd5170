import type { Text } from '../core/text.ts'
import { claimsOf } from './judge-trial.ts'
import { killsOf, unprovokedIn } from './matrix.ts'
import type { LessonProof } from './result.ts'
import { words } from './wording.ts'

/** The course's causes that no fault of these whole proofs, of every lesson there is, provokes. */
export const unprovokedOfCourse = (proofs: LessonProof[]): string[] =>
  unprovokedIn(
    proofs.map(({ lesson }) => ({ reactions: lesson.causes })),
    proofs.flatMap(({ findings }) => findings),
  )

/** What a proof leaves open, a sentence each: claims and hints nobody has seen at work. Empty for a proof of some faults only. */
export function gapsOf({ lesson, findings, isPartial }: LessonProof): Text[] {
  if (isPartial) return []
  const claims = claimsOf(lesson)
  const { unproven, redundant } = killsOf(claims, findings)
  const unprovoked = unprovokedIn(claims, findings)
  return [
    ...(unproven.length > 0 ? [words.unproven(unproven)] : []),
    ...(redundant.length > 0 ? [words.redundant(redundant)] : []),
    ...(unprovoked.length > 0 ? [words.unprovoked(unprovoked)] : []),
  ]
}
