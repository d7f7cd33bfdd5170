import { BadCall } from '../core/errors.ts'
import type { Lang } from '../core/text.ts'
import type { NewEvent, ProgressEvent } from '../progress/event.ts'
import { addProgress, isKept, readProgress } from '../progress/log.ts'

/**
 * Adds to the learner's progress what `noting` makes of what is known. That it cannot be written is said in one sentence, and
 * changes nothing else about a check.
 */
export function noteProgress(lang: Lang, noting: (known: ProgressEvent[]) => NewEvent[]): void {
  if (!isKept()) return
  try {
    const { events, asideAs } = readProgress()
    if (asideAs) console.error(asideAs[lang])
    addProgress(noting(events))
  } catch (problem) {
    if (!(problem instanceof BadCall)) throw problem
    console.error(problem.sentence[lang])
  }
}
