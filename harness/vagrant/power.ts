import { CannotLook } from '../core/errors.ts'
import { text } from '../core/text.ts'
import { loadTopology } from '../topology/load-topology.ts'
import { nodeNames } from '../topology/topology.ts'
import { askVagrant } from './run-vagrant.ts'

/** How a machine is, whatever its hypervisor calls that. */
export type Power = 'on' | 'halted' | 'suspended' | 'absent' | 'unclear'

/** A machine as Vagrant knows it. */
export interface MachineState {
  node: string
  power: Power
  /** The hypervisor's own word for it. */
  word: string
  /** Vagrant's name of the hypervisor. */
  provider: string
}

/** The words of VirtualBox, libvirt, VMware, Parallels and QEMU (their providers' `machine_state` classes). */
const WORDS: Record<string, Power> = {
  running: 'on',
  not_created: 'absent',
  poweroff: 'halted',
  shutoff: 'halted',
  stopped: 'halted',
  not_running: 'halted',
  aborted: 'halted',
  crashed: 'halted',
  shutdown: 'halted',
  shutting_down: 'halted',
  saved: 'suspended',
  suspended: 'suspended',
  paused: 'suspended',
  pmsuspended: 'suspended',
  'aborted-saved': 'suspended',
}

/** Reads `vagrant status --machine-readable`: lines `time,machine,kind,value`. A machine of `nodes` it leaves out is absent. */
export function readStates(printed: string, nodes: string[]): MachineState[] {
  const rows = printed.split(/\r?\n/).map(line => line.split(','))
  const value = (node: string, kind: string) =>
    rows.findLast(([, machine, name]) => machine === node && name === kind)?.[3]
  return nodes.map(node => {
    const word = value(node, 'state') ?? 'not_created'
    return { node, word, power: WORDS[word] ?? 'unclear', provider: value(node, 'provider-name') ?? '' }
  })
}

/** How the machines are now. CannotLook where Vagrant cannot tell. */
export async function machineStates(): Promise<MachineState[]> {
  const told = await askVagrant(['status', '--machine-readable'])
  if (told.code === 0) return readStates(told.stdout, nodeNames(await loadTopology()))
  const said = /,error-exit,[^,]*,(.*)$/m.exec(told.stdout)?.[1]?.replaceAll('\\n', ' ') ?? told.stderr.trim()
  throw new CannotLook(
    text(`Vagrant does not report the state of the machines: ${said}`, `Vagrant 沒有回報機器的狀態：${said}`),
    { help: 'npm run lab doctor' },
  )
}
