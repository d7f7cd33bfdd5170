import type { Doing } from './doing.ts'

/** The figures of a lesson that is watched. */
export const WATCHED = [
  'watch-p50',
  'watch-p95',
  'watch-probe-p95',
  'watch-idle-commands',
  'watch-idle-cpu',
  'watch-polled-p95',
] as const

/** Every figure, in the order in which they are printed. */
export const FIGURES = [
  'lab-up',
  'lab-reset',
  'check-cold',
  'check-first-line',
  'check-vs-testinfra',
  ...WATCHED,
  'learn-ready',
  'learn-echo-p95',
  'check-dead-nodes',
  'grade-1000',
  'grade-rss-per-student',
  'regrade-1000',
  'grade-dead',
  'grade-n-labs',
  'grade-n',
  'testinfra-5',
] as const
export type FigureId = (typeof FIGURES)[number]

/** One measured figure. */
export interface Figure {
  id: FigureId
  value: number
  unit: 'ms' | 'ratio' | 'MB' | 'labs' | 'commands' | '%'
}

/** What is asked for, and who is told. */
export interface Bench {
  /** Whether one of these is wanted. */
  wants(...ids: FigureId[]): boolean
  tell(id: FigureId, value: number, unit?: Figure['unit']): void
  /** Says that `what` is being measured, `done` of `all` times. */
  say: Doing['say']
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

/** Runs `measure` again and again, after one run that does not count. Resolves with each result. `onRun` is told before each. */
export async function repeat<Result>(
  runs: number,
  measure: () => Promise<Result>,
  onRun: (done: number, all: number) => void = () => undefined,
): Promise<Result[]> {
  const results: Result[] = []
  for (let run = 0; run <= runs; run++) {
    onRun(run, runs + 1)
    const result = await measure()
    if (run > 0) results.push(result)
  }
  return results
}
