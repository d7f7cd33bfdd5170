import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { BadCall } from '../judge/errors.ts'
import { ENDS_WITH_US, onNode } from './enter.ts'
import { checkLabName, nodeNamed } from './names.ts'
import { againAsRoot, isRoot } from './privilege.ts'
import { notUp } from './sentences.ts'
import { isUp, providerOf, readState } from './state.ts'

/**
 * Runs a command on a node as root, in the node's own world, with our stdin, stdout and stderr.
 * Returns its exit code (128 + n for signal n). The command ends when we do. Throws BadCall when the lab is not up.
 */
export async function exec(lab: string, node: string, argv: string[]): Promise<number> {
  checkLabName(lab)
  const on = nodeNamed(node)
  if (!isUp(lab)) throw new BadCall(notUp(lab))
  if (!isRoot() && !mayEnterWithoutRoot(lab)) return againAsRoot(['lab', 'exec', '--lab', lab, node, ...argv])
  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true
  return run([...ENDS_WITH_US, ...onNode(lab, on, argv, { terminal: isTerminal })])
}

/** The ssh key of a lab's virtual machines belongs to who asked for them. */
const mayEnterWithoutRoot = (lab: string) =>
  providerOf(lab) === 'qemu' && readState(lab)?.ownerUid === process.getuid?.()

/** An interactive shell of root on a node; returns its exit code. */
export const shell = (lab: string, node: string): Promise<number> => exec(lab, node, ['bash', '--login'])

async function run([program = '', ...argv]: string[]): Promise<number> {
  const child = spawn(program, argv, { stdio: 'inherit' })
  // A Ctrl-C is for the command on the node; a wish that we end is passed on by ending it.
  const ignore = () => {}
  const end = () => child.kill('SIGKILL')
  process.on('SIGINT', ignore)
  process.on('SIGTERM', end)
  process.on('SIGHUP', end)
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']))
    })
  } finally {
    process.off('SIGINT', ignore)
    process.off('SIGTERM', end)
    process.off('SIGHUP', end)
  }
}
