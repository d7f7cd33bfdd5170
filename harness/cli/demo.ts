import type { Command } from 'commander'
import { demoLesson } from '../lesson/demo-lesson.ts'
import { type DemoFlags, langFlag } from './flags.ts'

/** `demo`: from nothing to a solved and checked lesson on the embedded lab. */
export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description(`from nothing to a solved and checked ${demoLesson()} on the embedded lab`)
    .option(
      '--lab <name>',
      'name of the embedded lab; the default is "embedded", or "demo" where that is in use',
    )
    .option('--replay', 'judge recorded machines instead of real ones')
    .option('--no-color', 'no colours')
    .addOption(langFlag())
    .action(async (flags: DemoFlags) => {
      const { runDemo } = await import('./run-demo.ts')
      await runDemo(flags)
    })
}
