import { BadCall } from '../core/errors.ts'
import type { Text } from '../core/text.ts'
import type { NewEvent, ProgressEvent } from '../progress/event.ts'
import { addProgress, isKept, readProgress } from '../progress/log.ts'

/**
 * Adds to the learner's progress what `noting` makes of what is known. Returns what has to be said: that it cannot be
 * written, which changes nothing else about a check, or that the file was broken.
 */
export function noteProgress(noting: (known: ProgressEvent[]) => NewEvent[]): Text | undefined {
  if (!isKept()) return undefined
  try {
    const { events, asideAs } = readProgress()
    addProgress(noting(events))
    return asideAs
  } catch (problem) {
    if (!(problem instanceof BadCall)) throw problem
    return problem.sentence
  }
}
