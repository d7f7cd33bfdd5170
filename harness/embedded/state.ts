import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { processesOf } from './cgroup.ts'
import { paths } from './names.ts'

/** Where packets are forwarded: in the kernel's openvswitch module, or in ovs-vswitchd itself. */
export type Datapath = 'kernel' | 'userspace'

/** What is known of a lab that is up, or is on its way. */
export interface LabState {
  schema: 1
  /** `starting` until the lab is ready: a lab found in that phase with nobody at work was broken off. */
  phase: 'starting' | 'up'
  image: string
  datapath: Datapath
  /** Who may use the lab without root: the user who asked for it. */
  ownerUid: number
  versions?: { ovs: string; ovn: string; debian: string }
}

/** The state of a lab, or undefined when there is none (or none that can be read). */
export function readState(lab: string): LabState | undefined {
  try {
    const state = JSON.parse(readFileSync(paths(lab).state, 'utf8')) as LabState
    return state.schema === 1 ? state : undefined
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

/** True when the lab was brought up completely and its wires are still there. */
export const isUp = (lab: string): boolean =>
  readState(lab)?.phase === 'up' && processesOf(lab, 'world').length > 0
