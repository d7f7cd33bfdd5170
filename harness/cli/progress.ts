import type { Command } from 'commander'
import type { Lang } from '../core/text.ts'
import { langFlag, lessonsFlag } from './flags.ts'

/** The flags of `progress`. */
export interface ProgressFlags {
  lang: Lang
  color: boolean
}

/** `progress show | export | import`: what a learner has reached so far, kept on this computer. */
export function addProgressCommand(program: Command): void {
  const progress = program
    .command('progress')
    .description('what you have reached in the course so far, whatever the lab is like now')
    .enablePositionalOptions()
  const command = (words: string, description: string, options = {}) =>
    lessonsFlag(progress.command(words, options))
      .description(description)
      .option('--no-color', 'no colours')
      .addOption(langFlag())

  command('show [lesson]', 'all lessons at a glance, or one in detail', { isDefault: true }).action(
    async (lessonId: string | undefined, flags: ProgressFlags) => {
      const { showProgress } = await import('./run-progress.ts')
      await showProgress(lessonId, flags)
    },
  )
  command('export <file>', 'write all of it to one file, for another computer').action(
    async (file: string, flags: ProgressFlags) => {
      const { exportTo } = await import('./run-progress.ts')
      await exportTo(file, flags)
    },
  )
  command('import <files...>', 'add what such files hold; what is already known counts once').action(
    async (files: string[], flags: ProgressFlags) => {
      const { importFrom } = await import('./run-progress.ts')
      importFrom(files, flags)
    },
  )
}
