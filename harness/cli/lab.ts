import type { Command } from 'commander'
import { BadCall, CannotLook } from '../judge/errors.ts'
import type { Lang, Text } from '../say/text.ts'
import { clean } from '../tell/clean.ts'
import { addDoctorCommand } from './doctor.ts'
import { langFlag } from './flags.ts'

interface LabFlags {
  lab: string
  lang: Lang
}

/** `lab up | down | reset | status | exec | shell | ssh-config`: the machines of the embedded lab. */
export function addLabCommands(program: Command): void {
  const lab = program
    .command('lab')
    .description('the embedded lab: two nodes on this machine')
    .enablePositionalOptions()
  const command = (words: string, description: string) =>
    lab
      .command(words)
      .description(description)
      .option('--lab <name>', 'which lab: several can be up side by side', 'embedded')
      .addOption(langFlag())

  command('up', 'start it, after installing what it needs (as root, or through sudo)').action(
    telling(async (embedded, { lab }, say) => done(embedded.up(lab, say))),
  )
  addDoctorCommand(lab)
  command('down', 'remove it; nothing of it stays but the cached image')
    .option('--images', 'remove cached images that no lab uses, too')
    .action(
      telling<LabFlags & { images?: true }>(async (embedded, { lab, images }, say) =>
        done(embedded.down(lab, say, { images: images === true })),
      ),
    )
  command('reset', 'back to untouched machines').action(
    telling(async (embedded, { lab }, say) => done(embedded.reset(lab, say))),
  )
  command('status', 'what it is made of, and how to enter it (exit code 1 when it is not up)').action(
    telling(async (embedded, { lab }, say) => {
      const seen = await embedded.status(lab)
      embedded.statusLines(seen).forEach(say)
      return seen.isUp && seen.nodes.every(node => node.isOn) ? 0 : 1
    }),
  )
  command('exec <node> <command...>', 'run a command on a node as root')
    .passThroughOptions()
    .action((node: string, argv: string[], flags: LabFlags) =>
      telling(async (embedded, { lab }) => embedded.exec(lab, node, argv[0] === '--' ? argv.slice(1) : argv))(
        flags,
      ),
    )
  command('shell <node>', 'an interactive shell of root on a node').action((node: string, flags: LabFlags) =>
    telling(async (embedded, { lab }) => embedded.shell(lab, node))(flags),
  )
  command('ssh-config', 'a client configuration for ssh -F FILE controller').action(
    telling(async (embedded, { lab }) => {
      const inventory = await embedded.embeddedInventory(lab)
      if (!inventory) throw new BadCall(embedded.notUp(lab))
      const { sshConfigFor } = await import('../ssh/ssh-config.ts')
      process.stdout.write(sshConfigFor(inventory))
      return 0
    }),
  )
}

const done = async (work: Promise<void>) => {
  await work
  return 0
}

type Embedded = typeof import('../embedded/index.ts')
type Work<F> = (embedded: Embedded, flags: F, say: (line: Text) => void) => Promise<number>

/**
 * An action that tells what it does in the language asked for and sets the exit code it returns.
 * 2: the lab could not be brought to what was asked. 130: interrupted, and cleaned up.
 */
const telling =
  <F extends LabFlags = LabFlags>(work: Work<F>) =>
  async (flags: F): Promise<void> => {
    const embedded = await import('../embedded/index.ts')
    try {
      process.exitCode = await work(embedded, flags, line => console.log(line[flags.lang]))
    } catch (problem) {
      if (problem instanceof embedded.Interrupted) process.exitCode = 130
      else if (problem instanceof CannotLook) process.exitCode = 2
      else throw problem
      console.error(clean((problem instanceof BadCall ? problem.sentence : problem.reason)[flags.lang]))
    }
  }
