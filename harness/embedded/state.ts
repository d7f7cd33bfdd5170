import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { BadCall } from '../core/errors.ts'
import { nodeNames, type Topology } from '../topology/topology.ts'
import { paths } from './names.ts'
import { processesOf } from './processes.ts'
import { notUp } from './sentences.ts'

/** Where packets are forwarded: in the kernel's openvswitch module, or in ovs-vswitchd itself. */
export type Datapath = 'kernel' | 'userspace'

/** What the nodes are: containers of systemd-nspawn, or virtual machines of QEMU. */
export type ProviderName = 'embedded' | 'qemu'

/** Who runs a virtual machine's instructions: the processor, or QEMU in software. */
export type Accelerator = 'kvm' | 'tcg'

/** What is known of a lab that is up, or is on its way. */
export interface LabState {
  schema: 2
  /** `starting` until the lab is ready: a lab found in that phase with nobody at work was broken off. */
  phase: 'starting' | 'up'
  /** Missing: embedded. */
  provider?: ProviderName
  image: string
  /** The machines it was made with, whatever the files say since. */
  topology: Topology
  datapath: Datapath
  /** Of virtual machines. */
  accelerator?: Accelerator
  /** Who may use the lab without root: the user who asked for it. */
  ownerUid: number
  versions?: Versions
}

/** What an image holds; `kernel` where it has one of its own. */
export interface Versions {
  ovs: string
  ovn: string
  debian: string
  kernel?: string
}

/** The state of a lab, or undefined when there is none (or none that can be read). */
export function readState(lab: string): LabState | undefined {
  try {
    const state = JSON.parse(readFileSync(paths(lab).state, 'utf8')) as LabState
    return state.schema === 2 ? state : undefined
  } catch {
    return undefined
  }
}

/** Writes the state in one step: a reader, or a crash, never meets half of it. */
export function writeState(lab: string, state: LabState): void {
  const { folder, state: file } = paths(lab)
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  writeFileSync(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`)
  renameSync(`${file}.new`, file)
}

/** The state of a lab that is up, or on its way; BadCall when there is none. */
export function stateOf(lab: string): LabState {
  const state = readState(lab)
  if (!state) throw new BadCall(notUp(lab))
  return state
}

/** The names of such a lab's nodes. */
export const nodesOf = (lab: string): string[] => nodeNames(stateOf(lab).topology)

/** What the nodes of a lab are made of. */
export const providerOf = (lab: string): ProviderName => readState(lab)?.provider ?? 'embedded'

/** True when the lab was brought up completely and its wires are still there. */
export const isUp = (lab: string): boolean =>
  readState(lab)?.phase === 'up' && processesOf(lab, 'world').length > 0
