import type { LabKind } from '../inventory/lab-kind.ts'
import { BadCall } from '../judge/errors.ts'
import { down } from './down.ts'
import { embeddedInventory } from './embedded-inventory.ts'
import { exec, shell } from './exec.ts'
import { DEFAULT_LAB } from './names.ts'
import { reset } from './reset.ts'
import { notUp } from './sentences.ts'
import { status, statusLines } from './status.ts'
import { up } from './up.ts'

/** The embedded lab among the other kinds. */
export const embeddedLab: LabKind = {
  defaultLab: DEFAULT_LAB,
  up,
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
}
