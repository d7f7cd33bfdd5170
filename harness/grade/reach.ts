import { CannotLook } from '../core/errors.ts'
import { text } from '../core/text.ts'
import { embeddedInventory } from '../embedded/embedded-inventory.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { Lesson } from '../lesson/lesson.ts'
import { openInventory } from '../nodes/open-inventory.ts'
import type { Student } from '../roster/roster.ts'
import { type connectMachine, MACHINE_BYTES_MAX } from '../ssh/connect.ts'
import { nodeNames } from '../topology/topology.ts'
import type { Reach } from './look-at-student.ts'

/** Reaches labs of this computer and machines over ssh. `connectFor` makes a student's connections: host keys are pinned there. */
export const reachMachines =
  (connectFor: (student: Student) => typeof connectMachine): Reach =>
  async (student, lesson) => {
    const inventory = await inventoryOf(student)
    const missing = nodeNames(lesson.topology).find(node => !(node in inventory.nodes))
    if (missing !== undefined) throw lacksNode(inventory.name, lesson, missing)
    const { work } = student
    const connect = connectFor(student)
    const bounded: typeof connectMachine = (node, address, options) =>
      connect(node, address, { ...options, maxBytes: MACHINE_BYTES_MAX })
    return {
      looker: openInventory(inventory, lesson.topology.central, bounded),
      how: work.kind === 'lab' ? 'lab' : 'nodes',
    }
  }

/** Reaches each student the one way or the other. */
export const reachWork =
  (machines: Reach, submissions: Reach): Reach =>
  (student, lesson, signal) =>
    (student.work.kind === 'submission' ? submissions : machines)(student, lesson, signal)

async function inventoryOf({ id, work }: Student): Promise<Inventory> {
  if (work.kind === 'nodes') return { name: id, nodes: work.nodes }
  if (work.kind === 'submission') throw new TypeError('a submission has no machines of its own')
  const inventory = await embeddedInventory(work.lab)
  if (inventory) return inventory
  throw new CannotLook(text(`lab ${work.lab} is not running`, `實驗環境 ${work.lab} 沒有啟動`), {
    where: work.lab,
    help: `npx ovn-lab lab up --lab ${work.lab}`,
  })
}

const lacksNode = (lab: string, { id }: Lesson, node: string) =>
  new CannotLook(
    text(`${lab} has no node ${node}, which ${id} is about`, `${lab} 沒有 ${id} 需要的節點 ${node}`),
    { where: lab },
  )
