/** A signal that is aborted by another one, or when its time is over. */
export interface Deadline extends Disposable {
  readonly signal: AbortSignal
}

/**
 * `using deadline = deadlineOf(signal, 2_000)`. Not AbortSignal.any with AbortSignal.timeout: Node 20 may collect
 * that timeout as garbage, and then it never fires and whoever waits for it waits for ever.
 */
export function deadlineOf(signal: AbortSignal, durationMs: number): Deadline {
  const controller = new AbortController()
  const end = () => controller.abort()
  const timer = setTimeout(end, durationMs)
  signal.addEventListener('abort', end)
  if (signal.aborted) end()
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
    },
  }
}
