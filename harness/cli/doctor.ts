import type { Command } from 'commander'
import type { Lang } from '../core/text.ts'
import { langFlag } from './flags.ts'

/** `lab doctor`: what this computer can run, what is missing, and what mends it. Exit code 1 when no lab can run. */
export function addDoctorCommand(lab: Command): void {
  lab
    .command('doctor')
    .description('what this computer can run, and what is missing (exit code 1 when no lab can run)')
    .addOption(langFlag())
    .action(async ({ lang }: { lang: Lang }) => {
      const { anyCanRun, diagnoseHere, diagnosisLines } = await import('../doctor/index.ts')
      const diagnosis = await diagnoseHere()
      for (const line of diagnosisLines(diagnosis)) console.log(line[lang])
      process.exitCode = anyCanRun(diagnosis) ? 0 : 1
    })
}
