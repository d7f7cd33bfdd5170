import { expect, it } from 'vitest'
import { lessonIds, loadLesson } from '../lesson/load-lesson.ts'
import { lintLesson } from './lint.ts'
import { prepare } from './prove-lesson.ts'

it.each(lessonIds())('what %s says is whole, translated, and as its solution does it', async id => {
  const lesson = await loadLesson(id)
  const { solutions, trials } = await prepare({ lesson, trialIds: [], repeats: 1 })
  expect((await lintLesson(lesson, solutions, trials)).sentences.map(({ en }) => en)).toEqual([])
})
