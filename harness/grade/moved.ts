import type { Bundle } from '../bundle/bundle.ts'
import { type Text, text } from '../core/text.ts'
import type { Verdict } from '../core/verdict.ts'
import type { Lesson } from '../lesson/lesson.ts'
import type { Closing } from '../tell/teller.ts'
import { verdictsOf } from './judge-bundle.ts'
import { versionsFor } from './versions.ts'

/** One claim of which today's checks say otherwise than those a bundle was graded by, or which is worth other points now. */
export interface Moved {
  student: string
  attempt: number
  claim: string
  /** Absent: there was no such claim then. */
  was?: { verdict: Verdict; where?: string; maxPoints?: number }
  /** Absent: there is no such claim any more. */
  is?: { verdict: Verdict; where?: string; maxPoints?: number }
  why: Text
}

type WasAndIs = { [State in 'was' | 'is']?: Moved[State] | undefined }

/** Whether it is the verdict that has moved, or the named link. */
export const isJudgedOtherwise = ({ was, is }: WasAndIs): boolean =>
  was?.verdict !== is?.verdict || was?.where !== is?.where

/** Whether it is what the claim is worth; of bundles of older releases that is not known. */
export const isWorthOther = ({ was, is }: WasAndIs): boolean =>
  was?.maxPoints !== undefined && is !== undefined && was.maxPoints !== is.maxPoints

/** What has moved in one attempt: verdicts, the named links of claims that fail, and what claims are worth. */
export function movedIn(bundle: Omit<Bundle, 'recording'>, closing: Closing, lesson: Lesson): Moved[] {
  const now = verdictsOf(closing)
  const { student, attempt, judged } = bundle
  const extra = new Set(lesson.stages.flatMap(stage => (stage.extra ? stage.claims.map(({ id }) => id) : [])))
  const claims = [...new Set([...Object.keys(judged), ...Object.keys(now)])]
  return claims.flatMap(claim => {
    const [was, is] = [judged[claim], now[claim]]
    if (!isJudgedOtherwise({ was, is }) && !isWorthOther({ was, is })) return []
    // What nobody asked then is not in the evidence, and an extra stage is nobody's to have begun.
    if (!was && extra.has(claim) && is?.verdict !== 'holds') return []
    return [
      { student, attempt, claim, ...(was && { was }), ...(is && { is }), why: whyMoved(bundle, lesson) },
    ]
  })
}

function whyMoved({ versions }: Omit<Bundle, 'recording'>, lesson: Lesson): Text {
  const now = versionsFor(lesson)
  if (versions.lesson !== now.lesson)
    return text(
      `the checks of ${lesson.id} have changed since (${versions.lesson.slice(0, 8)} → ${now.lesson.slice(0, 8)})`,
      `${lesson.id} 的檢查在那之後改過（${versions.lesson.slice(0, 8)} → ${now.lesson.slice(0, 8)}）`,
    )
  if (versions.checker !== now.checker)
    return text(
      `another release of ovn-lab (${versions.checker} → ${now.checker})`,
      `ovn-lab 的版本不同（${versions.checker} → ${now.checker}）`,
    )
  return text(
    'the lesson is the same, so the program around it has changed',
    '課程相同，所以改變的是課程以外的程式',
  )
}
