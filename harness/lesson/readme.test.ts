import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { checkout } from '../core/checkout.ts'
import { loadLesson } from './load-lesson.ts'

// Who reads the list types these names after --stage.
it.each(['README.md', 'docs/README.zh-TW.md'])(
  '%s names every lesson, and its stages in order',
  async file => {
    const readme = readFileSync(join(checkout, file), 'utf8')
    const listed = readme.matchAll(/^- \[day (\d\d)\].*\n {2}(.*)$/gm)
    const named = [...listed].map(([, day, stages = '']) => [
      `day-${day}`,
      stages.match(/(?<=`)[a-z][a-z-]*(?=`)/g),
    ])
    const days = readdirSync(join(checkout, 'lessons')).filter(name => /^day-\d\d$/.test(name))
    const lessons = await Promise.all(days.sort().map(loadLesson))
    // Each begins with the machines as they are.
    expect(named).toEqual(lessons.map(({ id, stages }) => [id, stages.slice(1).map(stage => stage.id)]))
  },
)
