import { readFileSync } from 'node:fs'
import { BadCall } from '../core/errors.ts'
import { text } from '../core/text.ts'
import { shellQuote } from '../ssh/root-shell.ts'
import { isOwn } from './places.ts'
import { isRoot } from './privilege.ts'
import { firstOf, processesOf } from './processes.ts'
import { sshTo } from './qemu/ssh-to.ts'
import { labFlag, notUp } from './sentences.ts'
import { isUp, providerOf } from './state.ts'

/** In front of a command: it is ended when who started it ends. */
export const ENDS_WITH_US = ['setpriv', '--pdeathsig', 'KILL', '--']

/** The environment of a command on a node: nothing of the host's but the terminal. */
const ENVIRONMENT = [
  'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  'HOME=/root',
  'USER=root',
  'LOGNAME=root',
  'SHELL=/bin/bash',
  'LANG=C.UTF-8',
]

/**
 * The process, seen from the host, that is there as long as a node is on: a container's init, or the QEMU of a
 * virtual machine. Undefined when the node is off.
 */
export function initOf(lab: string, node: string): number | undefined {
  return providerOf(lab) === 'qemu' ? firstOf(lab, node) : processesOf(lab, node).find(isInit)
}

/** Whether a process calls itself 1 in a process namespace of its own (NSpid of proc_pid_status(5)). */
function isInit(pid: number): boolean {
  try {
    return /^NSpid:.*\t1$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/**
 * The command line (argv) that runs another one on a node as root, and ends it when it ends itself; `terminal`: on a
 * terminal of the node's own, so that job control, editors and window sizes work. Throws BadCall when the node is off.
 */
export function onNode(
  lab: string,
  node: string,
  argv: string[],
  { terminal } = { terminal: false },
): string[] {
  const init = initOf(lab, node)
  if (init === undefined)
    throw new BadCall(
      isUp(lab)
        ? text(
            `The node ${node} is off: start it with npx ovn-lab lab up${labFlag(lab)}.`,
            `節點 ${node} 已關機：請用 npx ovn-lab lab up${labFlag(lab)} 開機。`,
          )
        : notUp(lab),
    )
  const kind = process.env.TERM ? [`TERM=${process.env.TERM}`] : []
  const clean = ['env', '-i', '--chdir=/root', ...ENVIRONMENT, ...kind, ...ENDS_WITH_US]
  if (providerOf(lab) === 'qemu')
    return sshTo(lab, node, [...clean, 'sh', '-c', TELLS_SIGNALS, 'sh', ...ENDS_WITH_US, ...argv], {
      terminal,
    })
  const into = ['nsenter', `--target=${init}`, '--mount', '--uts', '--ipc', '--net', '--pid', '--cgroup']
  return [...into, '--root', '--wd', ...clean, ...(terminal ? inTerminal(argv) : argv)]
}

/** As in a shell, a command that a signal ended has the exit code 128 + its number; ssh by itself would say 255. */
const TELLS_SIGNALS = '"$@"; exit $?'

const inTerminal = (argv: string[]) => [
  ...['script', '--quiet', '--return', '--command', argv.map(shellQuote).join(' '), '/dev/null'],
]

/**
 * What stands before a command (argv) that runs among the lab's wires; undefined where this process may not enter them
 * as it is: nobody is asked for a password.
 */
export function enterWires(lab: string): string[] | undefined {
  const world = firstOf(lab, 'world')
  if (world === undefined) return undefined
  if (isRoot()) return inWorld(lab, [])
  // A user's own lab is in a user namespace of the same user, who is root there.
  if (isOwn(lab))
    return ['nsenter', `--target=${world}`, '--user', '--preserve-credentials', '--mount', '--net']
  return undefined
}

/** The command line that runs another one among the lab's wires, on the physical side. */
export function inWorld(lab: string, argv: string[]): string[] {
  return ['nsenter', `--target=${firstOf(lab, 'world')}`, '--mount', '--net', ...argv]
}
