import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { checkout } from '../core/checkout.ts'
import { makeCgroups, processesInCgroups, removeCgroups } from './cgroup.ts'
import { markedProcesses, markOf } from './marks.ts'
import type { Part } from './part.ts'
import { isOwn, isOwnRoot } from './places.ts'

/** A command line and the environment it is to have. */
export interface Remembered {
  argv: string[]
  env: NodeJS.ProcessEnv
}

/**
 * A command that will be remembered as part of a lab, with all it starts, before it does anything. `start` is what only
 * prepares something: it too must not outlive a start that was killed, and write into a lab that is no more.
 */
export function remembered(lab: string, part: Part, argv: string[]): Remembered {
  if (isOwnRoot()) return { argv, env: { ...process.env, ...markOf(lab, part) } }
  const joins = ['sh', join(checkout, 'harness/embedded/join.sh'), ...makeCgroups(lab, part), '--']
  return { argv: [...joins, ...argv], env: process.env }
}

/** Ids of every process of a part of a lab (or of the whole lab), those in cgroups its systemd made included. */
export const processesOf = (lab: string, part?: Part): number[] =>
  isOwn(lab) ? markedProcesses(lab, part) : processesInCgroups(lab, part)

/**
 * The process of a part that all others of it come from: the one whose parent is not in the part. Not the first in
 * the list: after process ids have wrapped around, that may be a child that is gone in the next moment.
 */
export function firstOf(lab: string, part: Part): number | undefined {
  const members = processesOf(lab, part)
  return members.find(pid => {
    const parent = statOf(pid)?.parent
    return parent !== undefined && !members.includes(parent)
  })
}

/** Processes of a part that pass one connection on, which a socat that waits for connections has started; no other service. */
export function connectionsOf(lab: string, part: Part): number[] {
  const members = processesOf(lab, part).map(pid => ({ pid, stat: statOf(pid) }))
  const relays = new Set(members.filter(({ stat }) => stat?.name === 'socat').map(({ pid }) => pid))
  return members.filter(({ pid, stat }) => relays.has(pid) && relays.has(stat!.parent)).map(({ pid }) => pid)
}

/** From proc_pid_stat(5), whose second field, the name, may itself hold blanks and brackets; undefined when it is over. */
function statOf(pid: number): { name: string; parent: number; startedAt: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [open, close] = [stat.indexOf('('), stat.lastIndexOf(')')]
    const [state = '', parent, ...others] = stat.slice(close + 2).split(' ')
    const name = stat.slice(open + 1, close)
    return /[ZX]/.test(state) ? undefined : { name, parent: Number(parent), startedAt: others[17] ?? '' }
  } catch {
    return undefined
  }
}

/** Ends every process of a part of a lab (or of the whole lab), and forgets them. Resolves when they are gone. */
export async function endProcesses(lab: string, part?: Part): Promise<void> {
  await endAll(lab, part)
  // A cgroup that cannot be removed has been joined by one more in the meantime, or the kernel is not done with it yet.
  while (!isOwn(lab) && !removeCgroups(lab, part)) {
    await pause(5)
    await endAll(lab, part)
  }
}

async function endAll(lab: string, part?: Part): Promise<void> {
  const ended = new Map<number, string | undefined>()
  for (let alive = processesOf(lab, part); alive.length > 0; alive = processesOf(lab, part)) {
    for (const pid of alive) {
      ended.set(pid, statOf(pid)?.startedAt)
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It ended by itself in the meantime.
      }
    }
    await pause(5)
  }
  // Giving back the memory of a machine takes its time, in which the process has no name and no mark any more.
  const isGoing = ([pid, startedAt]: [number, string | undefined]) =>
    startedAt !== undefined && statOf(pid)?.startedAt === startedAt
  while ([...ended].some(isGoing)) await pause(5)
}
