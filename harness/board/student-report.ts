import type { Closing } from '../tell/teller.ts'

/** How much of a check a student's own report says: nothing of it, up to the first claim that fails, or all. */
export const FEEDBACK = ['none', 'first', 'full'] as const
export type Feedback = (typeof FEEDBACK)[number]

/**
 * A check as the student is told it: with `first` nothing is said of what comes after the first claim that fails, with
 * `none` there is no report (undefined).
 */
export function forStudent(closing: Closing, feedback: Feedback): Closing | undefined {
  if (feedback === 'none') return undefined
  if (feedback === 'full') return closing
  const stages: Closing['stages'] = []
  for (const { stage, claims } of closing.stages) {
    const failing = claims.findIndex(({ judgement }) => judgement.verdict === 'fails')
    stages.push({ stage, claims: failing < 0 ? claims : claims.slice(0, failing + 1) })
    if (failing >= 0) break
  }
  return { ...closing, stages }
}
