import { join } from 'node:path'
import { withoutExtra } from '../lesson/lesson.ts'
import { loadRecording, replay } from '../look/recording.ts'
import { loadSolution } from '../solve/solution.ts'
import type { DemoScreen } from './demo-screen.ts'
import { demoWords } from './demo-words.ts'
import { showStep } from './run-solve.ts'

/** The demo on a lab that was recorded at each stage: the machines are not there, the judging is. */
export async function demoOnRecording(screen: DemoScreen): Promise<void> {
  const { lesson } = screen
  const solution = await loadSolution(lesson)
  const recorded = async (name: string) =>
    replay(await loadRecording(join(lesson.folder, 'recordings', `${name}.json`)))
  screen.say(demoWords.untouched)
  await screen.whole(await recorded('untouched'))
  let last = 'untouched'
  for (const stage of withoutExtra(lesson.stages)) {
    const steps = solution.stages[stage.id] ?? []
    if (steps.length === 0) continue
    screen.say(demoWords.stage(stage.title))
    for (const step of steps) showStep(step)
    last = stage.id
    await screen.changes(await recorded(last))
  }
  screen.say(demoWords.solved)
  await screen.whole(await recorded(last))
}
