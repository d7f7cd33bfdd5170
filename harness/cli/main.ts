import { Command, CommanderError } from 'commander'
import { BadCall, CannotLook } from '../core/errors.ts'
import { ownVersion } from '../core/version.ts'
import { EndedAsRoot } from '../embedded/privilege.ts'
import { clean } from '../tell/clean.ts'
import { defect, reportAt } from '../tell/wording.ts'
import { addBenchCommand } from './bench.ts'
import { callError } from './call-errors.ts'
import { addCheckCommand } from './check.ts'
import { addCheckpointCommand } from './checkpoint.ts'
import { addDemoCommand } from './demo.ts'
import { addExplainCommand } from './explain.ts'
import { addGradeCommands } from './grade.ts'
import { addLabCommands } from './lab.ts'
import { langFrom } from './language.ts'
import { addLearnCommand } from './learn.ts'
import { addMapCommand } from './map.ts'
import { addNewCommand } from './new.ts'
import { argumentsWithNpmFlags } from './npm-flags.ts'
import { addProgressCommand } from './progress.ts'
import { addProveCommand } from './prove.ts'
import { addSolveCommands } from './solve.ts'
import { addSubmitCommand } from './submit.ts'

/** The exit code for a call that was wrong: unknown lesson, bad flag, invalid manifest. */
const BAD_CALL = 3
/** The exit code for a lab that could not be reached at all: says nothing about the learner. */
const COULD_NOT_LOOK = 2
/** The exit code of a command that was stopped with Ctrl-C. */
const INTERRUPTED = 130
const OURS = [BAD_CALL, COULD_NOT_LOOK, INTERRUPTED]

/** Runs one command line (without `node` and the script's path) and sets the process's exit code. */
export async function main(argv: string[]): Promise<void> {
  const program = new Command('ovn-lab')
    .description('A hands-on course on OVN networking, and the checker that proves what you built')
    .version(ownVersion())
    .exitOverride()
    .configureOutput({
      outputError: (said, write) => write(callError(said, langFrom(process.argv, process.env))),
    })
    .enablePositionalOptions()
  surviveClosedScreen()
  process.on('uncaughtException', thrown => process.exit(exitCodeOf(thrown)))
  addCheckCommand(program)
  addLearnCommand(program)
  addExplainCommand(program)
  addMapCommand(program)
  addLabCommands(program)
  addSolveCommands(program)
  addSubmitCommand(program)
  addProgressCommand(program)
  addCheckpointCommand(program)
  addProveCommand(program)
  addGradeCommands(program)
  addNewCommand(program)
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
  // It has told its sentence itself. Any other code is not ours: sudo, for one, refuses with 1.
  if (thrown instanceof EndedAsRoot && OURS.includes(thrown.exitCode)) return thrown.exitCode
  if (thrown instanceof BadCall) {
    console.error(clean(thrown.sentence[lang], { lang }))
    return BAD_CALL
  }
  if (thrown instanceof CannotLook) {
    console.error(clean([thrown.reason[lang], thrown.help].filter(Boolean).join('\n'), { lang }))
    return COULD_NOT_LOOK
  }
  // Commander has said its sentence already; help and version end with 0.
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : BAD_CALL
  // A defect of ours must not end with Node's own 1: that would be the code of a claim that fails.
  console.error(defect[lang], reportAt[lang], thrown instanceof Error ? thrown.stack : thrown)
  return COULD_NOT_LOOK
}

/**
 * `… | head` closes our standard output, and a disk may be full: the reports are written all the same, and the exit code is
 * the check's.
 */
function surviveClosedScreen(): void {
  process.stdout.on('error', (problem: NodeJS.ErrnoException) => {
    if (problem.code === 'ENOSPC') console.error(problem.message)
    else if (problem.code !== 'EPIPE') throw problem
  })
}
