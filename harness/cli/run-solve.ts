import { closingAfterwards } from '../core/interrupt.ts'
import { helperOf } from '../lesson/helper.ts'
import type { Lesson } from '../lesson/lesson.ts'
import { loadLesson } from '../lesson/load-lesson.ts'
import { runSteps } from '../solve/run-steps.ts'
import { loadSolution, type Step, stepsUpTo } from '../solve/solution.ts'
import { connectMachine } from '../ssh/connect.ts'
import { connectAll } from '../ssh/connect-all.ts'
import type { LabChoice } from './flags.ts'
import { chosenInventory } from './open-lab.ts'

/** Applies the reference solution of a lesson, up to and with a stage, or all of it. */
export async function runSolve(lessonId: string, choice: LabChoice & { stage?: string }): Promise<void> {
  const lesson = await loadLesson(lessonId)
  await runOnLab(lesson, stepsUpTo(lesson, await loadSolution(lesson), choice.stage), choice)
}

/** Takes the reference solution of a lesson away again; a lab it was never applied to stays as it is. */
export async function runUndo(lessonId: string, choice: LabChoice): Promise<void> {
  const lesson = await loadLesson(lessonId)
  await runOnLab(lesson, (await loadSolution(lesson)).undo, choice)
}

async function runOnLab(lesson: Lesson, steps: Step[], choice: LabChoice): Promise<void> {
  const helper = await helperOf(lesson)
  const machines = connectAll(await chosenInventory(choice, { lesson }), connectMachine)
  const close = async () => {
    await Promise.allSettled([...machines.values()].map(async machine => (await machine).close()))
  }
  await closingAfterwards(close, () => runSteps(steps, helper, async node => machines.get(node)!, showStep))
}

/** A step as a learner would have typed it, with the prompt of its node. */
export function showStep({ on, run }: Step): void {
  for (const line of run.trim().split('\n')) console.log(`  ${on}# ${line}`)
}
