import type { ProviderName } from '../embedded/index.ts'
import type { Student } from '../roster/roster.ts'
import { connectMachine } from '../ssh/connect.ts'
import type { HostKeyPins } from '../ssh/host-key-pins.ts'
import { SharedJumps } from '../ssh/shared-jumps.ts'
import { reachSubmission } from '../submission/reach-submission.ts'
import { sandboxes } from '../submission/sandboxes.ts'
import type { Reach } from './look-at-student.ts'
import { reachMachines, reachWork } from './reach.ts'

export interface ReachClass {
  /** Where a student's host keys are pinned. */
  pinsOf(student: Student): HostKeyPins
  /** On which machines handed-in commands are run, and on how many labs side by side. */
  submissionsOn: ProviderName
  sandboxCount: number
}

/** Reaches students' work of every kind. `close` ends connections to jump hosts, and takes away machines that were made. */
export function reachClass({ pinsOf, submissionsOn, sandboxCount }: ReachClass): {
  reach: Reach
  close(): Promise<void>
} {
  const jumps = new SharedJumps()
  const fresh = sandboxes({ provider: submissionsOn, count: sandboxCount })
  const submission = reachSubmission({ provider: submissionsOn, sandboxes: fresh })
  const machines = reachMachines(
    student => (node, address, options) =>
      connectMachine(node, address, { ...options, pins: pinsOf(student), jumps }),
  )
  return {
    reach: reachWork(machines, submission),
    close: async () => void (await Promise.all([jumps.close(), fresh.close()])),
  }
}
