import { BadCall } from '../core/errors.ts'
import { text } from '../core/text.ts'
import type { LabKind } from '../inventory/lab-kind.ts'
import { loadInventory } from '../inventory/load.ts'
import { undoWorkOn } from '../solve/undo-work.ts'
import { loadTopology } from '../topology/load-topology.ts'
import { nodeNames } from '../topology/topology.ts'

/** The machines of an inventory file as labs a proof can work on: switched on by others, reset by undoing what was done. */
export async function lentMachines(file: string): Promise<LabKind> {
  const inventory = await loadInventory(file)
  const reset = () => undoWorkOn(inventory)
  return {
    defaultLab: inventory.name,
    async up(_lab, _say, { lessonFolder } = {}) {
      // Again, with its complaints about nodes that are not the lesson's.
      await loadInventory(file, nodeNames(await loadTopology(lessonFolder)))
      await reset()
    },
    reset,
    down: async () => {},
    status: async () => ({ lines: [], isWell: true }),
    exec: () => Promise.reject(notHere()),
    shell: () => Promise.reject(notHere()),
    inventory: async () => inventory,
  }
}

const notHere = () =>
  new BadCall(text('Enter the machines of an inventory with ssh.', 'inventory 裡的機器請直接用 ssh 進入。'))
