import { basename } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { BadCall } from '../core/errors.ts'
import { text } from '../core/text.ts'
import type { LabKind } from '../inventory/lab-kind.ts'
import { loadTopology } from '../topology/load-topology.ts'
import { VAGRANT_LAB } from './choice.ts'
import { down } from './down.ts'
import { exec, shell } from './exec.ts'
import { vagrantInventory } from './inventory.ts'
import { reset } from './reset.ts'
import { vagrantStatus } from './status.ts'
import { up } from './up.ts'

/** The machines of the Vagrantfile among the other kinds of lab. */
export const vagrantLab: LabKind = {
  defaultLab: VAGRANT_LAB,
  up: async (lab, say, { lessonFolder } = {}) =>
    only(lab, async () => {
      await assertOfCourse(lessonFolder)
      await up(say)
    }),
  down: async (lab, say) => only(lab, () => down(say)),
  reset: async (lab, say) => only(lab, () => reset(say)),
  status: lab => only(lab, vagrantStatus),
  exec: (lab, node, argv) => only(lab, () => exec(node, argv)),
  shell: (lab, node) => only(lab, () => shell(node)),
  inventory: lab => only(lab, () => vagrantInventory()),
}

/** The Vagrantfile has the machines of the course. */
async function assertOfCourse(lessonFolder: string | undefined): Promise<void> {
  const [wanted, here] = await Promise.all([loadTopology(lessonFolder), loadTopology()])
  if (isDeepStrictEqual(wanted, here)) return
  const lesson = basename(lessonFolder ?? '')
  throw new BadCall(
    text(
      `The lesson ${lesson} has machines of its own, and the Vagrantfile has those of the course: use npx ovn-lab lab up --lesson ${lesson} --lab NAME.`,
      `課程 ${lesson} 使用自己的機器，而 Vagrantfile 只有整個課程共用的機器：請用 npx ovn-lab lab up --lesson ${lesson} --lab NAME。`,
    ),
  )
}

/** There is one pair of virtual machines in a checkout, so another name is a mistake. */
async function only<T>(lab: string, work: () => Promise<T>): Promise<T> {
  if (lab === VAGRANT_LAB) return work()
  throw new BadCall(
    text(
      `The lab of virtual machines is named ${VAGRANT_LAB}: omit --lab ${lab}.`,
      `虛擬機器的實驗環境叫做 ${VAGRANT_LAB}：請拿掉 --lab ${lab}。`,
    ),
  )
}
