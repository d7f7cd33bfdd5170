import { readFileSync } from 'node:fs'
import { BadCall } from '../judge/errors.ts'
import { text } from '../say/text.ts'
import { firstOf, processesOf } from './cgroup.ts'
import type { NodeName } from './names.ts'
import { labFlag, notUp } from './sentences.ts'
import { isUp } from './state.ts'

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
 * The process id, seen from the host, of a node's init; undefined when the node is off.
 * It is the one that calls itself 1 in a process namespace of its own (NSpid of proc_pid_status(5)).
 */
export function initOf(lab: string, node: NodeName): number | undefined {
  return processesOf(lab, node).find(pid => {
    try {
      return /^NSpid:.*\t1$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
    } catch {
      return false
    }
  })
}

/** The command line (argv) that runs another one on a node as root. Throws BadCall when the node is off. */
export function onNode(lab: string, node: NodeName, argv: string[]): string[] {
  const init = initOf(lab, node)
  if (init === undefined)
    throw new BadCall(
      isUp(lab)
        ? text(
            `The node ${node} is switched off: switch it on with npx ovn-lab lab up${labFlag(lab)}.`,
            `節點 ${node} 已關機：請用 npx ovn-lab lab up${labFlag(lab)} 開機。`,
          )
        : notUp(lab),
    )
  const into = ['nsenter', `--target=${init}`, '--mount', '--uts', '--ipc', '--net', '--pid', '--cgroup']
  const terminal = process.env.TERM ? [`TERM=${process.env.TERM}`] : []
  return [...into, '--root', '--wd', 'env', '-i', '--chdir=/root', ...ENVIRONMENT, ...terminal, ...argv]
}

/** The command line that runs another one among the lab's wires, on the physical side. */
export function inWorld(lab: string, argv: string[]): string[] {
  return ['nsenter', `--target=${firstOf(lab, 'world')}`, '--mount', '--net', ...argv]
}
