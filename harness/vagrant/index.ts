import type { LabKind } from '../inventory/lab-kind.ts'
import { BadCall } from '../judge/errors.ts'
import { text } from '../say/text.ts'
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
  up: async (lab, say) => only(lab, () => up(say)),
  down: async (lab, say) => only(lab, () => down(say)),
  reset: async (lab, say) => only(lab, () => reset(say)),
  status: lab => only(lab, vagrantStatus),
  exec: (lab, node, argv) => only(lab, () => exec(node, argv)),
  shell: (lab, node) => only(lab, () => shell(node)),
  inventory: lab => only(lab, () => vagrantInventory()),
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
