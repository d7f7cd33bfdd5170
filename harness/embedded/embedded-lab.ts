import { BadCall } from '../core/errors.ts'
import type { LabKind } from '../inventory/lab-kind.ts'
import { down } from './down.ts'
import { embeddedInventory } from './embedded-inventory.ts'
import { exec, shell } from './exec.ts'
import { DEFAULT_LAB, DEFAULT_QEMU_LAB } from './names.ts'
import { reset } from './reset.ts'
import { notUp } from './sentences.ts'
import type { ProviderName } from './state.ts'
import { status, statusLines } from './status.ts'
import { up } from './up.ts'

/**
 * The labs on this machine among the other kinds: containers or virtual machines, of a release of Debian. Told neither,
 * a lab is made as its name and the setting OVN_LAB_SUITE have it.
 */
export const labOf = (provider?: ProviderName, suite?: string): LabKind => ({
  defaultLab: provider === 'qemu' ? DEFAULT_QEMU_LAB : DEFAULT_LAB,
  up: (lab, say, options) =>
    up(lab, say, {
      ...options,
      ...(provider !== undefined && { provider }),
      ...(suite !== undefined && { suite }),
    }),
  down,
  reset,
  exec,
  shell,
  async status(lab) {
    const seen = await status(lab)
    return { lines: statusLines(seen), isWell: seen.isUp && seen.nodes.every(node => node.isOn) }
  },
  async inventory(lab) {
    const inventory = await embeddedInventory(lab)
    if (!inventory) throw new BadCall(notUp(lab))
    return inventory
  },
})
