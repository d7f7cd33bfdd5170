import { constants } from 'node:os'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Runs `work`, and whatever happens then runs `close`, which takes everything off the nodes again.
 * A signal closes at once and ends the process with 128 + the signal's number, as shells expect.
 */
export async function closingAfterwards<Result>(
  close: () => Promise<void>,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const interrupted = new AbortController()
  const onSignal = (name: NodeJS.Signals) => {
    interrupted.abort()
    const exit = () => process.exit(128 + constants.signals[name])
    close().then(exit, exit)
  }
  for (const name of SIGNALS) process.once(name, onSignal)
  try {
    return await work(interrupted.signal)
  } finally {
    for (const name of SIGNALS) process.off(name, onSignal)
    await close()
  }
}
