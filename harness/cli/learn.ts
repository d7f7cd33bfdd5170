import type { Command } from 'commander'
import { demoLesson } from '../lesson/demo-lesson.ts'
import { type LabChoice, labFlags, langFlag, lessonsFlag } from './flags.ts'

/** The flags of `learn`. */
export interface LearnFlags extends LabChoice {
  host: string
  port: string
  tlsCert?: string
  tlsKey?: string
  share?: boolean
  open: boolean
}

/** `learn [LESSON]`: the studio, a page with the lesson, the shells of its machines, and its claims while one works. */
export function addLearnCommand(program: Command): void {
  lessonsFlag(labFlags(program.command('learn')))
    .description('open the studio: the lesson, the shells of its machines, and what holds, in your browser')
    .argument('[lesson]', `for example ${demoLesson()}`, demoLesson())
    .option('--share', 'also print an address under which another person can look on')
    .option('--host <address>', 'listen at this address instead of this computer’s own', '127.0.0.1')
    .option('--port <number>', 'listen on this port instead of a free one', '0')
    .option(
      '--tls-cert <file>',
      'a certificate (PEM), so that nobody else on the network can read what is sent',
    )
    .option('--tls-key <file>', 'its key (PEM)')
    .option('--no-open', 'only print the address; open no browser')
    .addOption(langFlag())
    .action(async (lessonId: string, flags: LearnFlags) => {
      const { runLearn } = await import('./run-learn.ts')
      await runLearn(lessonId, flags)
    })
}
