import type { Inventory } from '../inventory/inventory.ts'
import type { Looker } from '../look/evidence.ts'
import { databasesOf } from '../look/lab.ts'
import { connectAll } from '../ssh/connect-all.ts'
import type { LabChoice } from './flags.ts'
import { meansVagrant } from './lab-kinds.ts'

/** A lab that was chosen, before anything is asked of it. */
export interface OpenLab {
  name: string
  /** Set where no machine is asked. */
  recorded?: { takenAt: string }
  /** Starts to reach the machines, and looks at them. */
  looker(): Looker
}

/** Lessons need their own nodes; else any will do. */
type NodesWanted = { anyNodes?: boolean }

/** The file that names a learner's own lab, where there is one. */
const OWN_INVENTORY = '.ovn-lab.yaml'

/** The lab the flags mean, ready to be looked at: a recording, or machines. */
export async function openLab(choice: LabChoice, nodes: NodesWanted = {}): Promise<OpenLab> {
  if (choice.replay !== undefined) {
    const { loadRecording, replay } = await import('../look/recording.ts')
    const recorded = await loadRecording(choice.replay)
    const { lab: name, takenAt } = recorded
    return { name, recorded: { takenAt }, looker: () => replay(recorded) }
  }
  const [inventory, { openLive }, { connectMachine }] = await Promise.all([
    chosenInventory(choice, nodes),
    import('../live/open-live.ts'),
    import('../ssh/connect.ts'),
  ])
  return {
    name: inventory.name,
    looker: () => {
      const machines = connectAll(inventory, connectMachine)
      const looker = openLive(inventory.name, machines, inventory.nodes, inventory.wires)
      looker.warm(databasesOf(looker.nodes))
      return looker
    },
  }
}

/**
 * The machines the flags mean: --inventory, --lab, the learner's own inventory file, the virtual machines where
 * the learner has chosen them, else the embedded lab, which is started where it can be.
 */
export async function chosenInventory(choice: LabChoice, nodes: NodesWanted = {}): Promise<Inventory> {
  const { existsSync } = await import('node:fs')
  const file =
    choice.inventory ?? (choice.lab === undefined && existsSync(OWN_INVENTORY) ? OWN_INVENTORY : undefined)
  if (file !== undefined) return (await import('../inventory/load.ts')).loadInventory(file, nodes)
  if (meansVagrant(choice)) return (await import('../vagrant/inventory.ts')).vagrantInventory()
  return embedded(choice)
}

async function embedded({ lab = 'embedded', lang }: LabChoice): Promise<Inventory> {
  const { embeddedInventory } = await import('../embedded/embedded-inventory.ts')
  const isUp = await embeddedInventory(lab)
  if (isUp) return isUp
  const { startEmbedded } = await import('./start-embedded.ts')
  return startEmbedded(lab, lang)
}
