import type { Duplex } from 'node:stream'
import type { ClientChannel } from 'ssh2'
import type { CannotLook } from '../core/errors.ts'
import { within } from '../core/within.ts'
import type { NodeAddress } from '../inventory/inventory.ts'
import { type LoginOptions, logIn } from './connect.ts'
import type { Connection } from './connection.ts'
import type { Exit } from './machine.ts'
import { shellQuote } from './root-shell.ts'
import { execRefused, linkDied } from './run-reasons.ts'

/** Below sshd's MaxSessions of 10 (sshd_config(5)); for more shells there is one more connection. */
const SHELLS_MAX = 8
const CLOSE_DEADLINE_MS = 500

/** What is wanted of a terminal: its size in characters, and the network namespace it is in; none: the node's own. */
export interface TerminalOptions {
  cols: number
  rows: number
  netns?: string
}

/** A login shell of root on a terminal of the node's own. */
export interface Terminal {
  /** What the shell prints, and what is typed into it. Paused, it makes the programs in the shell wait. */
  readonly stream: Duplex
  resize(cols: number, rows: number): void
  /** How the shell ended, or why it was lost. Never rejects. */
  readonly ended: Promise<Exit | CannotLook>
  /** Hangs up: the node ends the shell and what runs in its foreground (SIGHUP). */
  close(): void
}

/** The terminals of one node, as many as somebody wants. */
export interface Terminals {
  /** Rejects with CannotLook when the node could not be reached or gives no shell. */
  open(options: TerminalOptions): Promise<Terminal>
  /** Hangs up all of them. */
  close(): Promise<void>
}

/**
 * Shells for a person at a node. They run over connections of their own and not over that of a Machine: a shell that prints
 * without an end would otherwise hold up the answers that a check waits for. A connection is made when one is needed, so that
 * a node that was switched off and on again is reached by the next shell.
 */
export function terminalsOf(node: string, address: NodeAddress, options: LoginOptions = {}): Terminals {
  const carriers = new Set<Carrier>()
  let isClosed = false
  const newCarrier = (): Carrier => {
    const connection = logIn(node, address, options)
    const carrier: Carrier = { connection, shells: 0, isLost: false }
    carriers.add(carrier)
    const forget = () => {
      carrier.isLost = true
      carriers.delete(carrier)
    }
    // Each shell listens for the end of its connection.
    connection.then(({ client }) => client.setMaxListeners(4 * SHELLS_MAX).on('close', forget), forget)
    return carrier
  }
  const leave = async (carrier: Carrier) => {
    carrier.shells--
    if (carrier.shells > 0 || carrier.isLost) return
    carriers.delete(carrier)
    await endOf(carrier)
  }
  return {
    async open(wanted) {
      const carrier =
        [...carriers].find(({ shells, isLost }) => shells < SHELLS_MAX && !isLost) ?? newCarrier()
      carrier.shells++
      try {
        const connection = await carrier.connection
        if (isClosed) throw linkDied(node)
        const terminal = await openTerminal(node, address, connection, wanted)
        void terminal.ended.then(() => leave(carrier))
        return terminal
      } catch (thrown) {
        void leave(carrier)
        throw thrown
      }
    },
    async close() {
      isClosed = true
      await Promise.all([...carriers].map(endOf))
    },
  }
}

/** One connection, and how many shells it carries. */
interface Carrier {
  connection: Promise<Connection>
  shells: number
  isLost: boolean
}

async function endOf({ connection }: Carrier): Promise<void> {
  const open = await connection.catch(() => undefined)
  if (!open) return
  const closed = new Promise<void>(resolve => open.client.once('close', () => resolve()))
  open.client.end()
  await within(CLOSE_DEADLINE_MS, closed)
  await open.transport.close()
}

function openTerminal(
  node: string,
  { user }: NodeAddress,
  { client }: Connection,
  { cols, rows, netns }: TerminalOptions,
): Promise<Terminal> {
  return new Promise((resolve, reject) => {
    const onLost = () => reject(linkDied(node))
    client.once('close', onLost)
    const opened = (error: Error | undefined, channel: ClientChannel) => {
      client.off('close', onLost)
      if (error) return reject(execRefused(node, error))
      resolve(terminalOn(channel, client, () => linkDied(node)))
    }
    try {
      client.exec(loginShell(user, netns), { pty: { term: 'xterm-256color', cols, rows } }, opened)
    } catch (error) {
      // ssh2 throws when its socket is gone before it has said so.
      reject(linkDied(node, error as Error))
    }
  })
}

function terminalOn(channel: ClientChannel, client: Connection['client'], lost: () => CannotLook): Terminal {
  let exit: Exit | undefined
  channel.on('error', () => {})
  channel.on('exit', (code: number | null, signal?: string) => {
    exit = { code, ...(signal === undefined ? {} : { signal }) }
  })
  const ended = new Promise<Exit | CannotLook>(resolve => {
    channel.on('close', () => resolve(exit ?? lost()))
    client.on('close', () => resolve(exit ?? lost()))
  })
  return {
    stream: channel,
    ended,
    resize: (cols, rows) => void channel.setWindow(rows, cols, 0, 0),
    close: () => void channel.close(),
  }
}

/**
 * The same shell as `lab shell` gives: root's, in root's home, with the system's own paths; in UTF-8, so that what is typed in
 * Chinese is edited by characters. The shell itself leads the session of its terminal (setsid(1), -c), as after a login. Else
 * sudo does, and the shell is told of a hang-up by sudo alone; where it has read the end of its input by then, it ends
 * as with `exit`, and leaves running what runs in its background.
 */
function loginShell(user: string, netns: string | undefined): string {
  const into = netns === undefined ? '' : `ip netns exec ${shellQuote(netns)} `
  const shell = `cd /root 2>/dev/null || cd /
export HOME=/root USER=root LOGNAME=root LANG="\${LANG:-C.UTF-8}" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
command -v bash >/dev/null && SHELL=$(command -v bash) || SHELL=/bin/sh
export SHELL
`
  const start = `${into}"$SHELL" -l`
  return user === 'root'
    ? `sh -c ${shellQuote(`${shell}exec ${start}`)}`
    : `sudo -n sh -c ${shellQuote(`${shell}if setsid -w true 2>/dev/null; then exec setsid -c -w ${start}; else exec ${start}; fi`)}`
}
