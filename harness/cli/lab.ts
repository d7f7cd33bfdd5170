import { type Command, Option } from 'commander'
import { BadCall, CannotLook } from '../core/errors.ts'
import { type Lang, type Text, text } from '../core/text.ts'
import type { LabKind } from '../inventory/lab-kind.ts'
import { clean } from '../tell/clean.ts'
import { addDoctorCommand } from './doctor.ts'
import { langFlag, lessonsFlag } from './flags.ts'
import { kindMeant, PROVIDERS } from './lab-kinds.ts'

interface LabFlags {
  lab?: string
  provider?: string
  lang: Lang
}

/** `lab up | down | reset | status | exec | shell | ssh-config`: the machines of a lab, of whichever kind. */
export function addLabCommands(program: Command): void {
  const lab = program
    .command('lab')
    .description('the two machines: containers on this computer, or virtual machines')
    .enablePositionalOptions()
  const command = (words: string, description: string) =>
    lab
      .command(words)
      .description(description)
      .option(
        '--lab <name>',
        'which lab: several can be up side by side; "vagrant": the machines of the Vagrantfile',
      )
      .addOption(langFlag())

  lessonsFlag(command('up', 'start it; installs the packages it needs (as root, or through sudo)'))
    .addOption(new Option('--provider <kind>', 'what the machines are').choices(PROVIDERS))
    .option('--lesson <id>', 'the machines of this lesson, where it has its own')
    .action(
      telling<LabFlags & { lesson?: string }>(async (kind, { lab, lesson }, say) => {
        const { lessonFolder } = await import('../lesson/load-lesson.ts')
        const options = lesson === undefined ? {} : { lessonFolder: await lessonFolder(lesson) }
        return done(kind.up(lab, say, options))
      }),
    )
  addDoctorCommand(lab)
  command('down', 'remove it; the image of the nodes stays')
    .option('--images', 'remove cached images that no lab uses, too')
    .action(
      telling<LabFlags & { images?: true }>(async (kind, { lab, images }, say) =>
        done(kind.down(lab, say, { images: images === true })),
      ),
    )
  lessonsFlag(command('reset', 'back to untouched machines')).action(
    telling(async (kind, { lab }, say) => done(kind.reset(lab, say))),
  )
  command('status', 'its nodes and networks, and how to enter it (exit code 1 when it is not up)').action(
    telling(async (kind, { lab }, say) => {
      const { lines, isWell } = await kind.status(lab)
      lines.forEach(say)
      return isWell ? 0 : 1
    }),
  )
  command('exec <node> <command...>', 'run a command on a node as root')
    .passThroughOptions()
    .action((node: string, argv: string[], flags: LabFlags) =>
      telling(async (kind, { lab }) => kind.exec(lab, node, commandIn(node, argv)))(flags),
    )
  command('shell <node>', 'an interactive shell of root on a node').action((node: string, flags: LabFlags) =>
    telling(async (kind, { lab }) => kind.shell(lab, node))(flags),
  )
  command('ssh-config', 'print a client configuration for ssh -F FILE controller').action(
    telling(async (kind, { lab }) => {
      const inventory = await kind.inventory(lab)
      const { sshConfigFor } = await import('../ssh/ssh-config.ts')
      process.stdout.write(sshConfigFor(inventory))
      return 0
    }),
  )
}

/**
 * The command that `lab exec` is to run: all that stands after the node. No command begins with a dash: that is a flag
 * meant for us, and to pass it on would run the rest on another lab than was meant.
 */
function commandIn(node: string, words: string[]): string[] {
  const [first = '', ...others] = words
  if (first === '--') return others
  if (!first.startsWith('-')) return words
  throw new BadCall(
    text(
      `${first} stands after the node, where the command begins. Flags come before it: npx ovn-lab lab exec ${first} … ${node} COMMAND`,
      `${first} 寫在節點後面，那裡是要執行的指令。選項請寫在節點前面：npx ovn-lab lab exec ${first} … ${node} COMMAND`,
    ),
  )
}

const done = async (work: Promise<void>) => {
  await work
  return 0
}

type Work<F> = (kind: LabKind, flags: F & { lab: string }, say: (line: Text) => void) => Promise<number>

/**
 * An action that tells what it does in the language asked for and sets the exit code it returns.
 * 2: the lab could not be brought to what was asked. 130: interrupted, and cleaned up.
 */
const telling =
  <F extends LabFlags = LabFlags>(work: Work<F>) =>
  async (flags: F): Promise<void> => {
    const { Interrupted } = await import('../embedded/index.ts')
    try {
      const kind = await kindMeant(flags)
      process.exitCode = await work(kind, { ...flags, lab: flags.lab ?? kind.defaultLab }, line =>
        console.log(line[flags.lang]),
      )
    } catch (problem) {
      if (problem instanceof Interrupted) process.exitCode = 130
      else if (problem instanceof CannotLook) process.exitCode = 2
      else throw problem
      const said = problem instanceof BadCall ? problem.sentence : problem.reason
      const help = problem instanceof CannotLook && problem.help ? `\n${problem.help}` : ''
      console.error(clean(said[flags.lang] + help))
    }
  }
