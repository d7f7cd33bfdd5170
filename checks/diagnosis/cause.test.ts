import { expect, it } from 'vitest'
import { lessonIds, loadLesson } from '../../harness/lesson/load-lesson.ts'
import { CAUSES } from './cause.ts'

it.each(lessonIds())('%s reacts to mistakes that a verb can tell', async id => {
  const { stages } = await loadLesson(id)
  const causes = stages.flatMap(({ claims }) =>
    claims.flatMap(({ reactions }) => Object.keys(reactions ?? {})),
  )
  expect(CAUSES).toEqual(expect.arrayContaining(causes))
})
