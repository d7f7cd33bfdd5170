import { BadCall } from '../core/errors.ts'
import { text } from '../core/text.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** The user stopped us; what had been started was taken away again. */
export class Interrupted extends BadCall {
  override name = 'Interrupted'
  readonly signal: NodeJS.Signals

  constructor(signal: NodeJS.Signals) {
    super(
      text('Interrupted: everything that had been started was removed.', '已中斷：先前啟動的部分已經移除。'),
    )
    this.signal = signal
  }
}

/**
 * Does `work`, and takes its traces away with `undo` if it fails, the user interrupts it, or `given` aborts.
 * `work` gets a signal that aborts at that moment, for commands that would go on for long.
 */
export async function undoneIfInterrupted(
  work: (signal: AbortSignal) => Promise<void>,
  undo: () => Promise<void>,
  given?: AbortSignal,
): Promise<void> {
  given?.throwIfAborted()
  const stop = new AbortController()
  let onSignal = (_signal: NodeJS.Signals): void => {}
  const interrupted = new Promise<never>((_, reject) => {
    onSignal = signal => reject(new Interrupted(signal))
    given?.addEventListener('abort', () => reject(given.reason), { once: true })
  })
  interrupted.catch(() => undefined)
  for (const signal of SIGNALS) process.on(signal, onSignal)
  const working = work(stop.signal)
  try {
    await Promise.race([working, interrupted])
  } catch (problem) {
    stop.abort()
    // Once to bring what is half done to its end, and again when nothing is made behind our back any more.
    await undo().catch(() => undefined)
    await working.catch(() => undefined)
    await undo()
    throw problem
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal)
  }
}
