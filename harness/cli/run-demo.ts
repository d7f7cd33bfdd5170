import { isDeepStrictEqual } from 'node:util'
import { BadCall } from '../core/errors.ts'
import { canRunHere } from '../embedded/index.ts'
import { demoLesson } from '../lesson/demo-lesson.ts'
import type { Lesson } from '../lesson/lesson.ts'
import { lessonIds, loadLesson } from '../lesson/load-lesson.ts'
import { DemoScreen } from './demo-screen.ts'
import { demoWords } from './demo-words.ts'
import type { DemoFlags } from './flags.ts'

/**
 * Shows a lesson from nothing to solved: on a real embedded lab where one can run here, else on a recorded one. With
 * `--all` each lesson for the same machines, and BadCall where no lab can run.
 */
export async function runDemo(flags: DemoFlags): Promise<void> {
  const lesson = await loadLesson(demoLesson())
  const screen = new DemoScreen(lesson, flags)
  const able = flags.replay ? undefined : await canRunHere()
  if (able?.ok) {
    const { demoOnRealLab } = await import('./demo-real.ts')
    const [first = screen, ...others] = flags.all ? await screensOfAll(lesson, flags) : [screen]
    return demoOnRealLab([first, ...others], flags)
  }
  if (flags.all) throw new BadCall(demoWords.allNeedsLab(able?.reason))
  screen.say(demoWords.recorded(able?.reason))
  const { demoOnRecording } = await import('./demo-recorded.ts')
  return demoOnRecording(screen)
}

/** The lessons of the course, but those that bring machines of their own. */
async function screensOfAll({ topology }: Lesson, flags: DemoFlags): Promise<DemoScreen[]> {
  const lessons = await Promise.all(lessonIds().map(loadLesson))
  return lessons
    .filter(lesson => isDeepStrictEqual(lesson.topology, topology))
    .map(lesson => new DemoScreen(lesson, flags))
}
