import { constants } from 'node:os'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Runs `work`, and whatever happens then runs `close`, once, which takes everything off the nodes again.
 * A signal closes at once, or waits for what closes already, and ends the process with 128 + the signal's number, as shells
 * expect. The same signal once more ends it there and then.
 */
export async function closingAfterwards<Result>(
  close: () => Promise<void>,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const interrupted = new AbortController()
  let closing: Promise<void> | undefined
  const closeOnce = () => {
    closing ??= close()
    return closing
  }
  const onSignal = (name: NodeJS.Signals) => {
    interrupted.abort()
    const exit = () => process.exit(128 + constants.signals[name])
    closeOnce().then(exit, exit)
  }
  for (const name of SIGNALS) process.once(name, onSignal)
  try {
    return await work(interrupted.signal)
  } finally {
    try {
      await closeOnce()
    } finally {
      for (const name of SIGNALS) process.off(name, onSignal)
    }
  }
}
