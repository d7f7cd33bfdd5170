import type { Command } from 'commander'
import { demoLesson } from '../lesson/demo-lesson.ts'
import { collect, wholeNumber } from './grade-flags.ts'

/** `bench`: prints the figures this project holds itself to, measured on an embedded lab of its own. */
export function addBenchCommand(program: Command): void {
  program
    .command('bench')
    .description('measure the speed of ovn-lab on a separate embedded lab')
    .argument('[lesson]', 'the lesson that is solved and checked', demoLesson())
    .option('--json <file>', 'also write the figures as JSON')
    .option('--lab <name>', 'the name of that lab', 'bench')
    .option('--runs <count>', 'runs of each; the median is printed', wholeNumber, 5)
    .option(
      '--figure <id>',
      'measure only this figure, for example grade-1000; may be given again',
      collect,
      [],
    )
    .action(async (lesson: string, flags: { json?: string; runs: number; figure: string[]; lab: string }) => {
      const { loadLesson } = await import('../lesson/load-lesson.ts')
      const { runBench } = await import('../bench/run-bench.ts')
      await runBench(await loadLesson(lesson), flags.runs, flags)
    })
}
