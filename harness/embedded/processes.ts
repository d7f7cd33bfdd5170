import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { makeCgroups, processesInCgroups, removeCgroups } from './cgroup.ts'
import { markedProcesses, markOf } from './marks.ts'
import { isOwn, isOwnRoot } from './places.ts'

/**
 * A lab's processes are remembered by the kernel, part by part: in cgroups, or by a mark where no root is to be had.
 * No list of process ids of ours could be out of date, half written, or name a process of somebody else.
 */
export type Part = 'world' | 'controller' | 'hypervisor'

/** How the processes that are about to be started will be remembered: cgroups to join, and their environment. */
export function remember(lab: string, part: Part): { cgroups: string[]; env: NodeJS.ProcessEnv } {
  if (isOwnRoot()) return { cgroups: [], env: { ...process.env, ...markOf(lab, part) } }
  return { cgroups: makeCgroups(lab, part), env: process.env }
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
    const parent = parentOf(pid)
    return parent !== undefined && !members.includes(parent)
  })
}

/** Processes of a part that the ones it began with have started: connections, not those who wait for them. */
export function connectionsOf(lab: string, part: Part): number[] {
  const [first, members] = [firstOf(lab, part), processesOf(lab, part)]
  return members.filter(pid => pid !== first && parentOf(pid) !== first)
}

const parentOf = (pid: number): number | undefined => statOf(pid)?.parent

/** From proc_pid_stat(5), whose second field, the name, may itself hold blanks and brackets; undefined when it is over. */
function statOf(pid: number): { parent: number; startedAt: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state = '', parent, ...others] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return /[ZX]/.test(state) ? undefined : { parent: Number(parent), startedAt: others[17] ?? '' }
  } catch {
    return undefined
  }
}

/** Ends every process of a part of a lab (or of the whole lab), and forgets them. Resolves when they are gone. */
export async function endProcesses(lab: string, part?: Part): Promise<void> {
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
  if (!isOwn(lab)) await removeCgroups(lab, part)
}
