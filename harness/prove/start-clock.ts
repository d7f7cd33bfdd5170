/** Starts to measure; calling what it returns tells the whole milliseconds since. */
export function startClock(): () => number {
  const startedAt = performance.now()
  return () => Math.round(performance.now() - startedAt)
}
