import { BadCall } from '../core/errors.ts'
import { handOver } from '../core/program.ts'
import { loadTopology } from '../topology/load-topology.ts'
import { nodeNamed } from '../topology/words.ts'
import { ENDS_WITH_US, onNode } from './enter.ts'
import { checkLabName } from './names.ts'
import { isOwn } from './places.ts'
import { againAsRoot, isRoot } from './privilege.ts'
import { notUp } from './sentences.ts'
import { isUp, providerOf, readState } from './state.ts'

/**
 * Runs a command on a node as root, in the node's own world, with our stdin, stdout and stderr.
 * Returns its exit code (128 + n for signal n). The command ends when we do. Throws BadCall when the lab is not up.
 */
export async function exec(lab: string, node: string, argv: string[]): Promise<number> {
  checkLabName(lab)
  const on = nodeNamed(readState(lab)?.topology ?? (await loadTopology()), node)
  if (!isUp(lab)) throw new BadCall(notUp(lab))
  if (!isRoot() && !mayEnterWithoutRoot(lab)) return againAsRoot(['lab', 'exec', '--lab', lab, node, ...argv])
  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true
  const [program = '', ...words] = [...ENDS_WITH_US, ...onNode(lab, on, argv, { terminal: isTerminal })]
  return handOver(program, words, { ending: 'SIGKILL' })
}

/** The ssh key of a lab's virtual machines belongs to who asked for them. */
const mayEnterWithoutRoot = (lab: string) =>
  providerOf(lab) === 'qemu' && (isOwn(lab) || readState(lab)?.ownerUid === process.getuid?.())

/** An interactive shell of root on a node; returns its exit code. */
export const shell = (lab: string, node: string): Promise<number> => exec(lab, node, ['bash', '--login'])
