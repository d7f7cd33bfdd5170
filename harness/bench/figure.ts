/** One measured figure. */
export interface Figure {
  id: string
  value: number
  unit: 'ms' | 'ratio' | 'MB' | 'labs'
}

/** The middle of some measurements; of an even number, the mean of the two in the middle. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return sorted.length % 2 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** How long some work takes, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

/** Runs `measure` again and again, after one run that does not count. Resolves with each result. */
export async function repeat<Result>(runs: number, measure: () => Promise<Result>): Promise<Result[]> {
  await measure()
  const results: Result[] = []
  for (let run = 0; run < runs; run++) results.push(await measure())
  return results
}
