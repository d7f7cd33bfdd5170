/**
 * Of requests that are made within a moment, one is made for all: `make` is told every key once, and each request is
 * given the whole outcome. What is asked for later is looked at anew.
 */
export function together<V>(make: (keys: string[]) => Promise<V>): (keys: readonly string[]) => Promise<V> {
  let waiting: { keys: Set<string>; outcome: Promise<V> } | undefined
  return keys => {
    if (!waiting) {
      const all = new Set<string>()
      const outcome = new Promise<void>(resolve => setTimeout(resolve, MOMENT_MS)).then(() => {
        waiting = undefined
        return make([...all])
      })
      waiting = { keys: all, outcome }
    }
    for (const key of keys) waiting.keys.add(key)
    return waiting.outcome
  }
}

/** Claims that are judged side by side come to their questions within it. */
const MOMENT_MS = 15
