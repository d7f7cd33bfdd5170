import { canRunHere } from '../embedded/index.ts'
import { demoLesson } from '../lesson/demo-lesson.ts'
import { loadLesson } from '../lesson/load-lesson.ts'
import { DemoScreen } from './demo-screen.ts'
import { demoWords } from './demo-words.ts'
import type { DemoFlags } from './flags.ts'

/** Shows a lesson from nothing to solved: on a real embedded lab where one can run here, else on a recorded one. */
export async function runDemo(flags: DemoFlags): Promise<void> {
  const lesson = await loadLesson(demoLesson())
  const screen = new DemoScreen(lesson, flags)
  const able = flags.replay ? undefined : await canRunHere()
  if (able?.ok) {
    const { demoOnRealLab } = await import('./demo-real.ts')
    return demoOnRealLab(screen, flags)
  }
  screen.say(demoWords.recorded(able?.reason))
  const { demoOnRecording } = await import('./demo-recorded.ts')
  return demoOnRecording(screen)
}
