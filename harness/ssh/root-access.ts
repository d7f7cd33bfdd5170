import type { CannotLook } from '../core/errors.ts'
import { patient } from '../core/patience.ts'
import { within } from '../core/within.ts'
import type { NodeAddress } from '../inventory/inventory.ts'
import type { Prelude } from './after-mark.ts'
import { agentToBe } from './agent.ts'
import { agentCommand, type Role } from './agent-command.ts'
import type { Channels } from './channels.ts'
import type { Exit } from './machine.ts'
import type { Root } from './root.ts'
import { asRoot } from './root-shell.ts'
import { noSudo, rootTooSlow, strangeShell } from './run-reasons.ts'
import { shellRoot } from './shell-root.ts'
import { tailOf } from './tail.ts'

/**
 * From the request to a process of ours that runs as root: the login shell's start-up files, sudo, perl. sudo waits
 * for name servers: 5 s for each that is dead and asked for a host name that is not in /etc/hosts.
 */
const ROOT_DEADLINE_MS = 15_000

/** How we run scripts as root on a node, and how long it took until the agent was there. */
export interface RootAccess {
  root: Root
  helloMs?: number
}

/**
 * Starts the agent; where there is no perl, shells do. Rejects with CannotLook, which says why nothing of ours can run
 * as root: no sudo, a question, a shell that does not run what it is given, or too slow.
 */
export async function rootAccess(
  node: string,
  address: NodeAddress,
  channels: Channels,
  role?: Role,
): Promise<RootAccess> {
  const { user } = address
  const openMs = patient(ROOT_DEADLINE_MS, address)
  const startedAt = performance.now()
  const agent = agentToBe(address, role)
  const line = asRoot(user, agentCommand(agent.program, role))
  const { channel, exited } = await channels.open(line, openMs)
  const prelude: Prelude = { said: '', isTooLong: false }
  const complaint = tailOf(channel.stderr)
  const root = await within(openMs, agent.open({ stdio: channel, ended: exited }, prelude))
  if (root) return { root, helloMs: performance.now() - startedAt }
  channel.close()
  if (root === undefined) throw rootTooSlow(node, address, openMs, complaint() || prelude.said)
  if (channels.isLost) throw channels.refusal()
  if (prelude.isTooLong) throw strangeShell(node, address, prelude.said)

  const whySilent = (exit: Exit | undefined, said: string): CannotLook => {
    if (channels.isLost) return channels.refusal()
    if (exit === undefined) return rootTooSlow(node, address, openMs, said)
    return user !== 'root' && said.includes('sudo')
      ? noSudo(node, address, said)
      : strangeShell(node, address, said)
  }
  const shells = shellRoot(channels, words => asRoot(user, words), { node, openMs, whySilent })
  const { stdio } = await shells.start(':', { stdin: 'watch', lifeMs: openMs })
  stdio.resume().end()
  return { root: shells }
}
