import { existsSync, rmSync } from 'node:fs'
import { removeIfEmpty } from './cgroup.ts'
import { paths } from './names.ts'
import { placesHere } from './places.ts'
import { endProcesses, processesOf } from './processes.ts'

/** Whether anything of a lab is there: files, or processes. */
export const isThereAnything = (lab: string): boolean =>
  existsSync(paths(lab).folder) || existsSync(paths(lab).disks) || processesOf(lab).length > 0

/** Removes everything of a lab, whatever state it is in: its namespaces, links and mounts live only as long as its processes. */
export async function tearDown(lab: string): Promise<void> {
  await endProcesses(lab)
  rmSync(paths(lab).folder, { recursive: true, force: true })
  rmSync(paths(lab).disks, { recursive: true, force: true })
  removeIfEmpty(placesHere().run)
  removeIfEmpty(placesHere().disks)
}
