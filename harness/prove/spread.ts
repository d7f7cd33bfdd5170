import { CannotLook } from '../core/errors.ts'
import type { Text } from '../core/text.ts'
import type { ProveLab } from './prove-lab.ts'

/** A piece of work for whichever lab is free. */
export interface Job {
  run(lab: ProveLab): Promise<void>
  /** Told instead where no lab could do it. */
  lost(why: Text): void
}

/** A lab that will not come up this many times in a row is given up. */
const TRIES = 2

/**
 * Spreads jobs over labs, each taking the next as soon as it is free. A lab that dies loses the job it was at, is
 * taken away, built anew by the next job, and the run goes on. The other labs are left as they are, for whoever has more to do.
 * Rejects as soon as `signal` is aborted; then labs are left to whoever aborted it.
 */
export async function spread(jobs: Job[], labs: ProveLab[], signal: AbortSignal): Promise<void> {
  const queue = [...jobs]
  let reason: Text | undefined
  const work = async (lab: ProveLab) => {
    let losses = 0
    while (losses < TRIES && !signal.aborted) {
      const job = queue.shift()
      if (!job) break
      try {
        await job.run(lab)
        losses = 0
      } catch (thrown) {
        // Somebody is taking the labs away from under us: that says nothing about the job.
        signal.throwIfAborted()
        if (!(thrown instanceof CannotLook)) throw thrown
        losses++
        reason = thrown.reason
        job.lost(thrown.reason)
        await lab.remove()
      }
    }
    signal.throwIfAborted()
  }
  await Promise.all(labs.map(work))
  for (const job of queue) if (reason) job.lost(reason)
}
