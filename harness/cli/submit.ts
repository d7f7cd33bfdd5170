import { type Command, Option } from 'commander'
import { demoLesson } from '../lesson/demo-lesson.ts'
import { EXIT_CODE } from './check.ts'
import { labFlags, langFlag, lessonsFlag, type SubmitFlags } from './flags.ts'

/** `submit LESSON`: collects what was typed on the learner's own machines, to be handed in. */
export function addSubmitCommand(program: Command): void {
  lessonsFlag(labFlags(program.command('submit')))
    .description('collect the commands you typed on your machines, to hand them in')
    .argument('<lesson>', `for example ${demoLesson()}`)
    .option('--out <folder>', 'the folder to write to', 'submission')
    .option('--try', 'run what is in the folder on fresh machines, and check it')
    .addOption(
      new Option('--provider <machines>', 'which machines --try runs it on')
        .choices(['embedded', 'qemu'])
        .default('embedded'),
    )
    .option('--no-color', 'no colours')
    .addOption(langFlag())
    .action(async (lessonId: string, flags: SubmitFlags) => {
      const { runSubmit } = await import('./run-submit.ts')
      const verdict = await runSubmit(lessonId, flags)
      if (verdict !== undefined) process.exitCode = EXIT_CODE[verdict]
    })
}
