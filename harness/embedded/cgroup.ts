import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Part } from './part.ts'

/** Far more processes and threads than a lab needs, and few enough that whoever fills it with them harms that lab alone. */
const TASKS_MAX = 2048
/** Of these, what one part may have: one that fills it leaves the others enough, so that what fails is on the node that did it. */
const PART_TASKS_MAX = 900
/** For each container: its disk, which is in memory and may be full, and twice what all its programs together need. */
const NODE_BYTES_MAX = 1.25 * 2 ** 30

/**
 * Where the hierarchies systemd keeps its processes in are mounted: v2 alone, or v1's "systemd" and v2 beside it. And
 * where v1 counts processes or memory and lets us limit them, that.
 */
export function hierarchies(mounts = readFileSync('/proc/self/mounts', 'utf8')): string[] {
  const rows = mounts.split('\n').map(line => line.split(' '))
  const v2 = rows.filter(([, , kind]) => kind === 'cgroup2')
  const named = rows.filter(
    ([, , kind, options]) =>
      kind === 'cgroup' && /(^|,)name=systemd(,|$)|^rw,(.*,)?(pids|memory)(,|$)/.test(options ?? ''),
  )
  return [...named, ...v2.slice(0, 1)].map(([, mount = '']) => mount)
}

const folders = (lab: string, part?: Part) =>
  hierarchies().map(mount => join(mount, 'ovn-lab', lab, part ?? ''))

/** Makes the cgroups of one part of a lab; returns their folders, one for each hierarchy. */
export function makeCgroups(lab: string, part: Part): string[] {
  const made = folders(lab, part)
  for (const folder of made) mkdirSync(folder, { recursive: true })
  for (const folder of folders(lab)) limitTasks(folder)
  for (const folder of made) write(join(folder, 'pids.max'), String(PART_TASKS_MAX))
  return made
}

/**
 * For the lab as a whole (pids.max of cgroups(7)). Of its parts, v2 may not count any, or what systemd in a container may do
 * there would change: only v1 limits each of them. A host that counts no processes has no limit.
 */
function limitTasks(labFolder: string): void {
  write(join(labFolder, '../cgroup.subtree_control'), '+pids')
  write(join(labFolder, 'pids.max'), String(TASKS_MAX))
}

/**
 * What a lab of so many containers may have of this computer's memory, files in memory included: whoever fills it harms that
 * lab alone. For the lab as a whole too, once its cgroups are made (memory.max of cgroups(7); v1 counts swap together with
 * it). A host that counts no memory has no limit.
 */
export function limitMemory(lab: string, nodeCount: number): void {
  const bytes = String(nodeCount * NODE_BYTES_MAX)
  for (const folder of folders(lab)) {
    write(join(folder, '../cgroup.subtree_control'), '+memory')
    for (const file of ['memory.max', 'memory.swap.max']) write(join(folder, file), bytes)
    for (const file of ['memory.limit_in_bytes', 'memory.memsw.limit_in_bytes'])
      write(join(folder, file), bytes)
  }
}

function write(file: string, value: string): void {
  try {
    if (existsSync(file)) writeFileSync(file, value)
  } catch {
    // Not delegated to us.
  }
}

/** Ids of every process in the cgroups of a part of a lab (or of the whole lab), those its systemd made included. */
export function processesInCgroups(lab: string, part?: Part): number[] {
  return [...new Set(folders(lab, part).flatMap(processesUnder))]
}

function processesUnder(folder: string): number[] {
  try {
    const own = readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number)
    return [...own, ...subfolders(folder).flatMap(processesUnder)]
  } catch {
    // Not there, or gone while we were looking.
    return []
  }
}

const subfolders = (folder: string) =>
  readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(entry => join(folder, entry.name))

/** Removes the cgroups of a part of a lab (or of the whole lab); false while there is a process in one of them. */
export function removeCgroups(lab: string, part?: Part): boolean {
  const areGone = folders(lab, part).map(removeTree).every(Boolean)
  if (areGone && part === undefined) for (const mount of hierarchies()) removeIfEmpty(join(mount, 'ovn-lab'))
  return areGone
}

/** Removes a folder that all labs share, unless another lab has something in it (or begins to, just now). */
export function removeIfEmpty(shared: string): void {
  try {
    rmdirSync(shared)
  } catch {
    // It is needed, or was never there.
  }
}

/** A cgroup is removed leaf by leaf. */
function removeTree(folder: string): boolean {
  try {
    for (const child of subfolders(folder)) removeTree(child)
    rmdirSync(folder)
    return true
  } catch {
    return !existsSync(folder)
  }
}
