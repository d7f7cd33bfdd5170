import type { Judgement } from '../core/verdict.ts'
import { isFulfilled, withoutUnbegun, withReplaced } from '../judge/aside.ts'
import { type Lesson, withoutExtra } from '../lesson/lesson.ts'
import { marksOf } from './mark-claims.ts'
import type { Mark } from './marks.ts'
import { placedAs, withMissing } from './missing.ts'
import type { MapModel } from './model.ts'
import { solvedMap } from './solved-map.ts'

/**
 * A map for one lesson: with what it still misses outlined, and its claims where they fail. A lesson that was not recorded as
 * solved outlines nothing; one that is complete misses nothing, however it was done.
 */
export async function lessonMap(
  lesson: Lesson,
  seen: MapModel,
  judged: Map<string, Judgement>,
): Promise<{ map: MapModel; marks: Mark[] }> {
  const judgements = withoutUnbegun(lesson.stages, withReplaced(lesson.stages, judged))
  const asked = withoutExtra(lesson.stages).flatMap(({ claims }) => claims)
  const isComplete = asked.every(({ id }) => isFulfilled(judgements.get(id)))
  const wanted = await solvedMap(lesson)
  const map = wanted ? (isComplete ? placedAs : withMissing)(seen, wanted) : { ...seen, lesson: lesson.id }
  return {
    map,
    marks: marksOf(
      map,
      lesson.stages.flatMap(({ claims }) => claims),
      judgements,
    ),
  }
}
