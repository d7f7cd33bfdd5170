/** A signal that is aborted by another one, or when its time is over, or when it is disposed of. */
export interface Deadline extends Disposable {
  readonly signal: AbortSignal
}

/** Calls `end` when the time is over; returns what stops it. */
type Timer = (durationMs: number, end: () => void) => () => void

const plainTimer: Timer = (durationMs, end) => {
  const timer = setTimeout(end, durationMs)
  return () => clearTimeout(timer)
}

/**
 * `using deadline = deadlineOf(signal, 2_000)`; for what this machine does itself, with `pacedTimer`. Not AbortSignal.any
 * with AbortSignal.timeout: Node 20 may collect that timeout as garbage, and then it never fires and whoever waits for it
 * waits for ever. Of several who waited, one may have failed: disposing of it sends the others home.
 */
export function deadlineOf(signal: AbortSignal, durationMs: number, startTimer = plainTimer): Deadline {
  const controller = new AbortController()
  const end = () => controller.abort()
  const stop = startTimer(durationMs, end)
  signal.addEventListener('abort', end)
  if (signal.aborted) end()
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      stop()
      signal.removeEventListener('abort', end)
      end()
    },
  }
}
