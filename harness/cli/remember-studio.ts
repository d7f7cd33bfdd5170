import type { Lang } from '../core/text.ts'
import type { Lesson } from '../lesson/lesson.ts'
import type { LiveLesson } from '../live/live.ts'
import { isKept, readProgress } from '../progress/log.ts'
import { standingIn } from '../progress/standing.ts'
import type { Remember } from '../studio/studio.ts'
import type { WatchState } from '../watch/state.ts'
import { rememberWatch } from './remember-watch.ts'

/** Notes in the learner's progress what happens in the studio: the same as while a check watches. */
export function rememberStudio(lesson: Lesson, lang: Lang): Remember {
  const remember = rememberWatch()
  const stateOf = (live: LiveLesson): WatchState => ({
    ...{ lesson, lab: live.lab, lang, judgements: live.judgements, nodes: live.nodes },
    ...{ showsAll: false, opened: new Map(), hints: 0, isLooking: false, stale: new Set(), scroll: 0 },
  })
  let last: WatchState | undefined
  return {
    opened: isKept() ? standingIn(lesson, readProgress().events).hints : new Map(),
    happened(live) {
      last = stateOf(live)
      const claims = lesson.stages.flatMap(stage => stage.claims)
      return claims.every(({ id }) => live.judgements.has(id)) ? remember.happened(last) : undefined
    },
    opensHint: (claim, steps) => last && remember.opened(last, claim, steps),
  }
}
