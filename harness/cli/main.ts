import { Command, CommanderError } from 'commander'
import { BadCall, CannotLook } from '../judge/errors.ts'
import { addBenchCommand } from './bench.ts'
import { addCheckCommand } from './check.ts'
import { addDemoCommand } from './demo.ts'
import { addLabCommands } from './lab.ts'
import { langFrom } from './language.ts'
import { argumentsWithNpmFlags } from './npm-flags.ts'
import { addSolveCommands } from './solve.ts'

/** The exit code for a call that was wrong: unknown lesson, bad flag, invalid manifest. */
const BAD_CALL = 3
/** The exit code for a lab that could not be reached at all: says nothing about the learner. */
const COULD_NOT_LOOK = 2

/** Runs one command line (without `node` and the script's path) and sets the process's exit code. */
export async function main(argv: string[]): Promise<void> {
  const program = new Command('ovn-lab')
    .description('A hands-on course on OVN networking, and the checker that proves what you built')
    .exitOverride()
    .enablePositionalOptions()
    .configureHelp({ showGlobalOptions: true })
  addCheckCommand(program)
  addLabCommands(program)
  addSolveCommands(program)
  addDemoCommand(program)
  addBenchCommand(program)
  try {
    await program.parseAsync(argumentsWithNpmFlags(argv, process.env), { from: 'user' })
  } catch (thrown) {
    process.exitCode = exitCodeOf(thrown)
  }
}

function exitCodeOf(thrown: unknown): number {
  const lang = langFrom(process.argv, process.env)
  if (thrown instanceof BadCall) {
    console.error(thrown.sentence[lang])
    return BAD_CALL
  }
  if (thrown instanceof CannotLook) {
    console.error([thrown.reason[lang], thrown.help].filter(Boolean).join('\n'))
    return COULD_NOT_LOOK
  }
  // Commander has said its sentence already; help and version end with 0.
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : BAD_CALL
  throw thrown
}
