import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { loadLesson } from '../lesson/load-lesson.ts'
import { loadRecording, replay } from '../look/recording.ts'
import { DemoScreen } from './demo-screen.ts'

it.each([
  ['embedded', 'npm run check day-06\n'],
  ['demo', 'npm run check -- day-06 --lab demo\n'],
])('a demo on the lab %s says how that lab is checked again', async (lab, command) => {
  const lesson = await loadLesson('day-06')
  const recording = await loadRecording(join(lesson.folder, 'recordings', 'untouched.json'))
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  try {
    await new DemoScreen(lesson, { lang: 'en', color: false }).whole(replay({ ...recording, lab }))
    expect(write.mock.calls.join('')).toContain(command)
  } finally {
    write.mockRestore()
  }
})
