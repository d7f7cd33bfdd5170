import type { Command } from 'commander'
import type { Verdict } from '../core/verdict.ts'
import { demoLesson } from '../lesson/demo-lesson.ts'
import { type CheckFlags, hintsFlag, labFlags, langFlag, lessonsFlag } from './flags.ts'

/** 0 all hold · 1 at least one does not hold · 2 none failed, but something could not be looked at. */
export const EXIT_CODE: Record<Verdict, number> = { holds: 0, fails: 1, waits: 1, unknown: 2 }

/** `check LESSON`: looks at the machines and tells what holds, what does not, and why. */
export function addCheckCommand(program: Command): void {
  lessonsFlag(labFlags(program.command('check')))
    .description('inspect the machines and report what holds, what fails, and why')
    .argument('[lesson]', `for example ${demoLesson()}; without one: where you are in the course`)
    .option('--stage <id>', 'only this stage')
    .addOption(hintsFlag())
    .option('--explain', 'show the path of each packet that did not arrive, hop by hop')
    .option('--junit <file>', 'also write a JUnit report')
    .option('--json <file>', 'also write a JSON report')
    .option(
      '--record <file>',
      'also save what was seen, so that it can be checked again without the machines',
    )
    .option('--replay <file>', 'check what was saved with --record instead of machines')
    .option('--watch', 'keep looking: verdicts change while you work; keys for hints, stages, language')
    .option('--plain', 'with --watch: one line for each change, nothing redrawn')
    .option('--no-color', 'no colours')
    .addOption(langFlag())
    .action(async (lessonId: string | undefined, flags: CheckFlags) => {
      if (lessonId === undefined) {
        const { runCourse } = await import('./run-course.ts')
        process.exitCode = EXIT_CODE[await runCourse(flags)]
        return
      }
      if (flags.watch) {
        const { runWatch } = await import('./run-watch.ts')
        process.exitCode = await runWatch(lessonId, flags)
        return
      }
      const { runCheck } = await import('./run-check.ts')
      process.exitCode = EXIT_CODE[await runCheck(lessonId, flags)]
    })
}
