import type { Command } from 'commander'
import { demoLesson } from '../lesson/demo-lesson.ts'
import { EXIT_CODE } from './check.ts'
import { langFlag, lessonsFlag, type ProveFlags } from './flags.ts'

const collect = (word: string, words: string[]) => [...words, word]

/** `prove LESSON` / `prove --all`: unsolved fails, solved passes, each fault and lie is caught, each variation holds, undone fails again. */
export function addProveCommand(program: Command): void {
  lessonsFlag(program.command('prove'))
    .description('show that a lesson’s checks can fail, can pass, and catch each known fault')
    .argument('[lesson]', `for example ${demoLesson()}`)
    .option('--all', 'every lesson')
    .option(
      '--fault <id>',
      'only this fault, variation or lie (may be repeated), without the other phases',
      collect,
      [],
    )
    .option(
      '--pairs <count>',
      'in place of all else, so many pairs of them at once, drawn: a mistake in a network built otherwise, two mistakes',
    )
    .option('--seed <word>', 'draws other pairs', '1')
    .option('--shard <k/n>', 'only this part of the faults, variations and lies, such as 1/3')
    .option(
      '--repeat <count>',
      'check the untouched and the solved lab this many times, and count changed verdicts',
      '1',
    )
    .option(
      '--labs <kinds>',
      'kinds of labs, each compared with the first: embedded,qemu,embedded@bookworm',
      'embedded',
    )
    .option('--jobs <count>', 'labs side by side (default: two for each core, 3 to 8; 1 of virtual machines)')
    .option('--junit <file>', 'also write a JUnit report')
    .option('--json <file>', 'also write a JSON report')
    .option('--html <file>', 'also write the matrix of faults and claims as a page')
    .option('--no-color', 'no colours')
    .addOption(langFlag())
    .action(async (lessonId: string | undefined, flags: ProveFlags) => {
      const { runProve } = await import('./run-prove.ts')
      process.exitCode = EXIT_CODE[await runProve(lessonId, flags)]
    })
}
