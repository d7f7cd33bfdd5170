import type { Command } from 'commander'
import { type LabChoice, labFlags, langFlag, lessonsFlag } from './flags.ts'

/** The flags of `checkpoint`. */
export interface CheckpointFlags extends LabChoice {
  /** The lesson that one is in. */
  lesson?: string
  yes?: boolean
}

/** `checkpoint save | list | restore`: states of a lab to come back to. */
export function addCheckpointCommand(program: Command): void {
  const checkpoint = program
    .command('checkpoint')
    .description('save what you have built in the lab, and come back to it')
    .enablePositionalOptions()
  const command = (words: string, description: string) =>
    lessonsFlag(labFlags(checkpoint.command(words)))
      .description(description)
      .addOption(langFlag())
  const lesson = [
    '--lesson <id>',
    'the lesson you are in (default: the one that you checked last on this lab)',
  ] as const

  command(
    'save [name]',
    'save databases, bridges, namespaces, interfaces, addresses, routes; not programs that run',
  )
    .option(...lesson)
    .action(async (name: string | undefined, flags: CheckpointFlags) => {
      const { saveCheckpoint } = await import('./run-checkpoint.ts')
      await saveCheckpoint(name, flags)
    })
  command('list', 'list the checkpoints, with lesson, lab and date').action(
    async (flags: CheckpointFlags) => {
      const { tellCheckpoints } = await import('./run-checkpoint.ts')
      tellCheckpoints(flags)
    },
  )
  command('restore <name>', 'reset the lab and recreate what was saved; what is there now is saved first')
    .option(...lesson)
    .option('--yes', 'do not ask')
    .action(async (name: string, flags: CheckpointFlags) => {
      const { restoreCheckpoint } = await import('./run-checkpoint.ts')
      process.exitCode = await restoreCheckpoint(name, flags)
    })
}
