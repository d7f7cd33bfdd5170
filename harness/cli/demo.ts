import type { Command } from 'commander'
import { demoLesson } from '../lesson/demo-lesson.ts'
import { type DemoFlags, langFlag } from './flags.ts'

/** `demo`: from nothing to a solved and checked lesson on the embedded lab. */
export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description(`build and check ${demoLesson()} on the embedded lab, then reset it for you`)
    .option(
      '--lab <name>',
      'name of the embedded lab; the default is "embedded", or "demo" if that is in use',
    )
    .option('--all', 'walk the whole course, one lesson after the other')
    .option('--replay', 'check a recorded lab instead of a real one')
    .option('--no-color', 'no colours')
    .addOption(langFlag())
    .action(async (flags: DemoFlags) => {
      const { runDemo } = await import('./run-demo.ts')
      await runDemo(flags)
    })
}
