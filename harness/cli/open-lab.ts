import type { KeptFrames } from '../capture/kept-frames.ts'
import { BadCall } from '../core/errors.ts'
import { text } from '../core/text.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { Lesson } from '../lesson/lesson.ts'
import type { Looker } from '../look/evidence.ts'
import { loadTopology } from '../topology/load-topology.ts'
import { nodeNames } from '../topology/topology.ts'
import type { LabChoice } from './flags.ts'
import { meansVagrant } from './lab-kinds.ts'

/** A lab that was chosen, before anything is asked of it. */
export interface OpenLab {
  name: string
  /** Set where no machine is asked. */
  recorded?: { takenAt: string }
  /** Starts to reach the machines, and looks at them; `kept` gets the frames that captures hear. */
  looker(kept?: KeptFrames): Looker
}

/** The lesson whose machines they have to be; without one any will do. */
type Wanted = { lesson?: Lesson }

/** The file that names a learner's own lab, where there is one. */
const OWN_INVENTORY = '.ovn-lab.yaml'

/** The lab the flags mean, ready to be looked at: a recording, or machines. */
export async function openLab(choice: LabChoice, { lesson }: Wanted = {}): Promise<OpenLab> {
  if (choice.replay !== undefined) {
    const { loadRecording, replay } = await import('../look/recording.ts')
    const recorded = await loadRecording(choice.replay)
    const { lab: name, takenAt } = recorded
    return { name, recorded: { takenAt }, looker: () => replay(recorded) }
  }
  const [inventory, { central }, { openInventory }] = await Promise.all([
    chosenInventory(choice, { ...(lesson && { lesson }) }),
    lesson?.topology ?? loadTopology(),
    import('../nodes/open-inventory.ts'),
  ])
  const looker = (kept?: KeptFrames) => {
    const opened = openInventory(inventory, central)
    if (kept) opened.keep(kept)
    return opened
  }
  return { name: inventory.name, looker }
}

/**
 * The machines the flags mean: --inventory, --lab, the learner's own inventory file, the virtual machines where
 * the learner has chosen them, else the embedded lab, which is started where it can be.
 */
export async function chosenInventory(choice: LabChoice, { lesson }: Wanted = {}): Promise<Inventory> {
  const inventory = await inventoryMeant(choice, lesson)
  const missing = lesson && nodeNames(lesson.topology).find(name => !(name in inventory.nodes))
  if (missing !== undefined) throw otherMachines(inventory.name, lesson!.id, missing)
  return inventory
}

async function inventoryMeant(choice: LabChoice, lesson: Lesson | undefined): Promise<Inventory> {
  const { existsSync } = await import('node:fs')
  const file =
    choice.inventory ?? (choice.lab === undefined && existsSync(OWN_INVENTORY) ? OWN_INVENTORY : undefined)
  if (file !== undefined)
    return (await import('../inventory/load.ts')).loadInventory(file, lesson && nodeNames(lesson.topology))
  if (meansVagrant(choice)) return (await import('../vagrant/inventory.ts')).vagrantInventory()
  return embedded(choice, lesson)
}

const otherMachines = (lab: string, lesson: string, node: string) =>
  new BadCall(
    text(
      `Lab "${lab}" has no node ${node}, which ${lesson} is about: create one with npx ovn-lab lab up --lesson ${lesson} --lab NAME.`,
      `實驗環境「${lab}」沒有 ${lesson} 需要的節點 ${node}：請用 npx ovn-lab lab up --lesson ${lesson} --lab NAME 建立一個。`,
    ),
  )

async function embedded(
  { lab = 'embedded', lang }: LabChoice,
  lesson: Lesson | undefined,
): Promise<Inventory> {
  const { embeddedInventory } = await import('../embedded/embedded-inventory.ts')
  const isUp = await embeddedInventory(lab)
  if (isUp) return isUp
  const { startEmbedded } = await import('./start-embedded.ts')
  return startEmbedded(lab, lang, lesson?.folder)
}
