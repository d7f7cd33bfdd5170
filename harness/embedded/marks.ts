import { readdirSync, readFileSync } from 'node:fs'
import type { Part } from './part.ts'
import { placesOf } from './places.ts'

/**
 * Without root there are no cgroups of ours. A part of a lab is known by a word in the environment of its processes,
 * which they pass on to what they start, and which the kernel keeps as long as they run (proc_pid_environ(5)).
 */
const NAME = 'OVN_LAB_PART'

/** The word, as an environment. It holds the user's own folder: nobody else's lab has the same. */
export const markOf = (lab: string, part: Part): Record<string, string> => ({
  [NAME]: `${placesOf(lab).disks}/${lab}:${part}`,
})

/** Ids of the processes that bear the mark of a part of a lab, or of the whole lab. */
export function markedProcesses(lab: string, part?: Part): number[] {
  const whole = `${NAME}=${placesOf(lab).disks}/${lab}:`
  const isOne = (word: string) => (part === undefined ? word.startsWith(whole) : word === whole + part)
  const pids = readdirSync('/proc').filter(name => /^\d+$/.test(name))
  return pids.filter(pid => environmentOf(pid).some(isOne)).map(Number)
}

function environmentOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
  } catch {
    // Somebody else's, or gone in the meantime.
    return []
  }
}
