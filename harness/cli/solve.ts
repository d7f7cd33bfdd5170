import type { Command } from 'commander'
import { demoLesson } from '../lesson/demo-lesson.ts'
import { type LabChoice, labFlags, langFlag, lessonsFlag } from './flags.ts'

/** `solve LESSON` applies the reference solution; `undo LESSON` takes it away again. */
export function addSolveCommands(program: Command): void {
  lessonsFlag(labFlags(program.command('solve')))
    .description('apply the reference solution')
    .argument('<lesson>', `for example ${demoLesson()}`)
    .option('--stage <id>', 'up to and including this stage; extra stages are solved only so')
    .addOption(langFlag())
    .action(async (lessonId: string, flags: LabChoice & { stage?: string }) => {
      const { runSolve } = await import('./run-solve.ts')
      await runSolve(lessonId, flags)
    })
  lessonsFlag(labFlags(program.command('undo')))
    .description('remove what the reference solution created')
    .argument('<lesson>', `for example ${demoLesson()}`)
    .addOption(langFlag())
    .action(async (lessonId: string, flags: LabChoice) => {
      const { runUndo } = await import('./run-solve.ts')
      await runUndo(lessonId, flags)
    })
}
