import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { helperOf } from './helper.ts'
import { loadLesson } from './load-lesson.ts'

it('is the course’s commands and the lesson’s own, or nothing where a lesson has none', async () => {
  const commands = await helperOf(await loadLesson('day-06'))
  for (const name of ['create-ns', 'add-localnet-port']) expect(commands).toContain(`\n${name}() {`)
  const folder = await mkdtemp(join(tmpdir(), 'ovn-lab-helper-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  expect(await helperOf({ folder })).toBe('')
})
