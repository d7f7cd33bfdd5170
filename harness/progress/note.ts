import type { Closing, JudgedClaim } from '../tell/teller.ts'
import type { NewEvent, ProgressEvent } from './event.ts'

/** What of a check is to be remembered. */
type Checked = Pick<Closing, 'verdict' | 'points' | 'maxPoints' | 'stages' | 'lab'> & {
  lesson: Pick<Closing['lesson'], 'id'>
}

/**
 * What a check adds to what is known: that it was made, claims that hold for the first time on this lab, and hints that
 * were asked for: `hints` steps of each claim that fails.
 */
export function noteOf(
  checked: Checked,
  known: ProgressEvent[],
  { stage, hints }: { stage?: string; hints?: number } = {},
): NewEvent[] {
  const { verdict, points, maxPoints, lab, stages } = checked
  const about = { lesson: checked.lesson.id, lab }
  const claims = stages.flatMap(one => one.claims)
  const opened =
    hints === undefined
      ? []
      : claims
          .filter(({ judgement }) => judgement.hint !== undefined)
          .map(({ claim, judgement }) => ({
            ...about,
            kind: 'hint' as const,
            claim: claim.id,
            steps: judgement.hint!.en.split('\n').length,
          }))
  return [
    { ...about, kind: 'checked', verdict, points, maxPoints, ...(stage !== undefined && { stage }) },
    ...newlyHeld(claims, about, known),
    ...opened.filter(event => isFurther(event, known)),
  ]
}

/** The event of claims that hold, but for those that are known to have held on this lab. */
export function newlyHeld(
  claims: Pick<JudgedClaim, 'claim' | 'judgement'>[],
  about: { lesson: string; lab: string },
  known: ProgressEvent[],
): NewEvent[] {
  const before = new Set(
    known.flatMap(event =>
      event.kind === 'held' && event.lesson === about.lesson && event.lab === about.lab ? event.claims : [],
    ),
  )
  const held = claims
    .filter(({ claim, judgement }) => judgement.verdict === 'holds' && !before.has(claim.id))
    .map(({ claim }) => claim.id)
  return held.length > 0 ? [{ ...about, kind: 'held', claims: held }] : []
}

/** Whether more of a hint is open than was ever before, on any lab: a hint that was read is read. */
export const isFurther = (
  opened: { lesson: string; claim: string; steps: number },
  known: ProgressEvent[],
): boolean =>
  !known.some(
    event =>
      event.kind === 'hint' &&
      event.lesson === opened.lesson &&
      event.claim === opened.claim &&
      event.steps >= opened.steps,
  )
