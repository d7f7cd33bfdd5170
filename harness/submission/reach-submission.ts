import type { Bundle, Submitted } from '../bundle/bundle.ts'
import { BadCall, CannotLook } from '../core/errors.ts'
import { joined, text } from '../core/text.ts'
import type { ProviderName } from '../embedded/index.ts'
import type { Lesson } from '../lesson/lesson.ts'
import type { Looker } from '../look/evidence.ts'
import { openMachines } from '../nodes/open-inventory.ts'
import type { Student } from '../roster/roster.ts'
import { connectMachine, MACHINE_BYTES_MAX } from '../ssh/connect.ts'
import { connectAll } from '../ssh/connect-all.ts'
import { loadSubmission, type Submission } from './load-submission.ts'
import { type Limits, USUAL_LIMITS } from './node-scripts.ts'
import { runSubmission } from './run-submission.ts'
import { noSandbox, type Sandbox, type Sandboxes } from './sandboxes.ts'

/** Machines on which handed-in commands have run, ready to be looked at. */
export interface ReachedSubmission {
  looker: Looker
  how: Bundle['reached']
  submission: Submitted
  release(): Promise<void>
}

export interface ReachSubmissionOptions {
  provider: ProviderName
  /** Of the same provider. Whoever made them closes them. */
  sandboxes: Sandboxes
  limits?: Limits
}

/**
 * Reaches a student's work by running what was handed in on machines made for it. CannotLook where it cannot be run as it was
 * meant, with file, line and column: that is nobody's wrong network; also where the machines could not be made or are lost.
 */
export const reachSubmission =
  ({ provider, sandboxes, limits = USUAL_LIMITS }: ReachSubmissionOptions) =>
  async ({ work, id }: Student, lesson: Lesson, signal: AbortSignal): Promise<ReachedSubmission> => {
    if (work.kind !== 'submission') throw new TypeError(`${id} has handed in no commands`)
    const submission = await loadSubmission(work.folder, lesson).catch(malformed)
    const sandbox = await madeFresh(sandboxes, lesson, signal)
    const machines = connectAll(sandbox.inventory, (node, address) =>
      connectMachine(node, address, { maxBytes: MACHINE_BYTES_MAX }),
    )
    try {
      const ran = await runSubmission(submission, lesson, { machines, limits, signal })
      const { form, digest, takenAt } = submission
      const at = work.handedInAt ?? takenAt
      const from = work.handedInAt === undefined ? 'submission' : 'roster'
      const looker = openMachines(sandbox.inventory, machines, lesson.topology.central)
      return {
        looker,
        how: `submission on ${provider}`,
        submission: { form, digest, ...(at !== undefined && { handedIn: { at, from } }), ran },
        release: sandbox.release,
      }
    } catch (thrown) {
      await Promise.allSettled([...machines.values()].map(async machine => (await machine).close()))
      await sandbox.release()
      throw thrown
    }
  }

function malformed(thrown: unknown): Submission {
  if (!(thrown instanceof BadCall)) throw thrown
  throw new CannotLook(
    joined([text('the submission cannot be run', '無法執行繳交的內容'), thrown.sentence], text(': ', '：')),
  )
}

async function madeFresh(all: Sandboxes, lesson: Lesson, signal: AbortSignal): Promise<Sandbox> {
  try {
    return await all.fresh(lesson, signal)
  } catch (thrown) {
    throw thrown instanceof CannotLook ? noSandbox(thrown) : thrown
  }
}
