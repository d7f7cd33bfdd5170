import { join } from 'node:path'
import { checkout } from '../core/checkout.ts'
import { down, reset, type UpOptions, up } from '../embedded/index.ts'
import { type TimedRun, timedProcess } from './timed-process.ts'

const QUIET = () => undefined

/**
 * The labs of a measurement, and the commands that are run on them. When it is broken off, what runs comes to its end first, and
 * nothing is begun any more: a lab would come up behind the back of what takes it away, as `check` and `solve` start one, too.
 */
export class BenchLabs {
  readonly #made = new Set<string>()
  readonly #running = new Set<Promise<unknown>>()
  readonly #over = new AbortController()
  #closing: Promise<void> | undefined

  up(lab: string, options: UpOptions = {}): Promise<void> {
    return this.#whileOpen(() => {
      this.#made.add(lab)
      return up(lab, QUIET, options)
    })
  }

  down(lab: string): Promise<void> {
    return this.#whileOpen(() => down(lab, QUIET))
  }

  reset(lab: string): Promise<void> {
    return this.#whileOpen(() => reset(lab, QUIET))
  }

  /** The launcher, run as a process of its own: what a learner waits for, less npm itself. */
  command(...args: string[]): Promise<TimedRun> {
    const words = [join(checkout, 'harness/ovn-lab.mjs'), ...args]
    return this.#whileOpen(() => timedProcess(process.execPath, words, checkout, this.#over.signal))
  }

  /** Takes all labs away. May be called more than once. */
  close(): Promise<void> {
    this.#closing ??= this.#takeAway()
    return this.#closing
  }

  async #takeAway(): Promise<void> {
    this.#over.abort()
    await Promise.allSettled(this.#running)
    for (const lab of this.#made) await down(lab, QUIET)
  }

  async #whileOpen<Result>(begin: () => Promise<Result>): Promise<Result> {
    this.#over.signal.throwIfAborted()
    const running = begin()
    this.#running.add(running)
    try {
      return await running
    } finally {
      this.#running.delete(running)
    }
  }
}
