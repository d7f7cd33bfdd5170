import { join } from 'node:path'
import { BadCall } from '../core/errors.ts'
import { text } from '../core/text.ts'
import { placesOf } from './places.ts'

/** The lab that is meant when no name is given. */
export const DEFAULT_LAB = 'embedded'

/** The name that is meant where virtual machines are asked for without one. */
export const DEFAULT_QEMU_LAB = 'qemu'

/** The paths of one lab's files. */
export const paths = (lab: string) => {
  const { run, disks } = placesOf(lab)
  const folder = join(run, lab)
  return {
    folder,
    disks: join(disks, lab),
    state: join(folder, 'state.json'),
    seed: (node: string) => join(folder, 'seed', node),
    log: (of: string) => join(folder, `${of}.log`),
    socket: (node: string) => join(folder, `${node}.sock`),
    monitor: (node: string) => join(folder, `${node}.qmp`),
    knownHosts: join(folder, 'known_hosts'),
    identity: join(folder, 'id_ed25519'),
    hostKey: (node: string) => join(folder, `host_${node}`),
  }
}

/** Throws BadCall unless `lab` can be the name of a lab: it becomes a folder's and a cgroup's name. */
export function checkLabName(lab: string): void {
  if (/^[a-z0-9][a-z0-9-]{0,19}$/.test(lab)) return
  throw new BadCall(
    text(
      `"${lab}" cannot be the name of a lab: use 1 to 20 lower-case letters, digits and hyphens.`,
      `「${lab}」不能當作實驗環境的名稱：請用 1 到 20 個小寫英文字母、數字或連字號。`,
    ),
  )
}
