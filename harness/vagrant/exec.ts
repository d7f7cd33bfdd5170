import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { handOver } from '../core/program.ts'
import { shellQuote } from '../ssh/root-shell.ts'
import { knownHostsFor, sshConfigFor } from '../ssh/ssh-config.ts'
import { loadTopology } from '../topology/load-topology.ts'
import { nodeNamed } from '../topology/words.ts'
import { ownFolder } from './choice.ts'
import { vagrantInventory } from './inventory.ts'

/**
 * Runs a command on a node as root, in root's home, with our stdin, stdout and stderr. Returns its exit code
 * (128 + n for signal n). By the ssh program: a terminal is its craft.
 */
export async function exec(node: string, argv: string[]): Promise<number> {
  const flags = [...(await configFlags(node)), ...(isTerminal() ? ['-t'] : ['-T'])]
  const words = ['sudo', '-n', '-H', '--', 'sh', '-c', 'cd && exec "$@"', 'sh', ...argv].map(shellQuote)
  // Not exec: the login shell stays to turn a signal into an exit code, which ssh itself does not.
  return handOver('ssh', [...flags, node, `${words.join(' ')}; exit $?`])
}

/** An interactive shell of root on a node; returns its exit code. */
export const shell = (node: string): Promise<number> => exec(node, ['bash', '--login'])

const isTerminal = () => process.stdin.isTTY === true && process.stdout.isTTY === true

/** Writes the configuration the ssh program reads: pinned keys, nothing of the user's own. */
async function configFlags(node: string): Promise<string[]> {
  nodeNamed(await loadTopology(), node)
  const inventory = await vagrantInventory([node])
  const [config, known] = [join(ownFolder(), 'ssh-config'), join(ownFolder(), 'known_hosts')]
  mkdirSync(ownFolder(), { recursive: true })
  writeFileSync(known, knownHostsFor(inventory))
  writeFileSync(config, sshConfigFor(inventory, { knownHostsFile: known }))
  return ['-F', config, '-o', 'LogLevel=ERROR']
}
