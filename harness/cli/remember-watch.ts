import type { Text } from '../core/text.ts'
import type { NewEvent, ProgressEvent } from '../progress/event.ts'
import { isFurther, newlyHeld, noteOf } from '../progress/note.ts'
import type { Closing } from '../tell/teller.ts'
import { closingOf } from '../watch/closing.ts'
import type { WatchState } from '../watch/state.ts'
import { noteProgress } from './note-progress.ts'

/** That somebody is at work is noted so often. */
const ACTIVE_MS = 60_000

/** Notes in the learner's progress what happens while they watch. Each returns what has to be said. */
export function rememberWatch() {
  let activeAtMs = Number.NEGATIVE_INFINITY
  let wasComplete = false
  const known = new Set<string>()

  const note = (noting: (events: ProgressEvent[]) => NewEvent[]): Text | undefined => {
    activeAtMs = performance.now()
    return noteProgress(noting)
  }

  return {
    /** Verdicts came: claims that hold for the first time, and that the lesson is complete. */
    happened(state: WatchState): Text | undefined {
      const about = { lesson: state.lesson.id, lab: state.lab }
      const closing = closingOf(state, 0)
      const claims = closing.stages.flatMap(stage => stage.claims)
      const held = claims.filter(
        ({ claim, judgement }) => judgement.verdict === 'holds' && !known.has(claim.id),
      )
      const isComplete = closing.verdict === 'holds'
      const isNewlyComplete = isComplete && !wasComplete
      wasComplete = isComplete
      if (held.length === 0 && !isNewlyComplete && performance.now() - activeAtMs < ACTIVE_MS)
        return undefined
      for (const { claim } of held) known.add(claim.id)
      if (isNewlyComplete) return note(events => noteOf(closing, events, stageOf(state)))
      return note(events => [{ ...about, kind: 'active' }, ...newlyHeld(claims, about, events)])
    },

    /** A learner opened a step of a hint. */
    opened({ lesson, lab }: WatchState, claim: string, steps: number): Text | undefined {
      const event = { kind: 'hint', lesson: lesson.id, lab, claim, steps } as const
      return note(events =>
        isFurther(event, events) ? [event] : [{ kind: 'active', lesson: lesson.id, lab }],
      )
    },

    ended(closing: Closing, stage?: string): void {
      note(events => noteOf(closing, events, stage === undefined ? {} : { stage }))
    },
  }
}

const stageOf = ({ only }: WatchState) => (only === undefined ? {} : { stage: only })
