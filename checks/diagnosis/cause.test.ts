import { expect, it } from 'vitest'
import { lessonIds, loadLesson } from '../../harness/lesson/load-lesson.ts'
import { CAUSES } from './cause.ts'

it.each(lessonIds())('%s reacts, and the course does, to mistakes that a verb can tell', async id => {
  const { stages, causes } = await loadLesson(id)
  const own = stages.flatMap(({ claims }) => claims.flatMap(({ reactions }) => Object.keys(reactions ?? {})))
  expect(CAUSES).toEqual(expect.arrayContaining([...own, ...Object.keys(causes)]))
})
