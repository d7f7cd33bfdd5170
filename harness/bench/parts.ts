import { onStep, type Step } from '../core/steps.ts'
import { median } from './figure.ts'

/** Where the time between a change and its verdict goes. */
export interface Parts {
  /** What is measured from now on counts from here. */
  begin(): void
  /** What happened that is no step: that a change was heard of, say. */
  happened(name: string): void
  /** What was measured since `begin` belongs to one verdict, which is told now. */
  end(verdict: string): void
  /** For each verdict, a line for each part: when it began after the change, how long it took, how often it was seen. */
  print(): void
  close(): void
}

export function measureParts(): Parts {
  const known = new Map<string, Map<string, Step[]>>()
  let steps: Step[] = []
  let beganAtMs = 0
  const off = onStep(step => steps.push(step))
  const happened = (name: string) => {
    const now = performance.now()
    steps.push({ name, beganAtMs: now, endedAtMs: now })
  }
  return {
    begin() {
      steps = []
      beganAtMs = performance.now()
    },
    happened,
    end(verdict) {
      happened('told')
      const own = known.get(verdict) ?? new Map<string, Step[]>()
      known.set(verdict, own)
      // What began before was under way for something else.
      for (const { name, ...step } of steps.filter(one => one.beganAtMs >= beganAtMs)) {
        const { beganAtMs: from, endedAtMs: to } = step
        const relative = { name, beganAtMs: from - beganAtMs, endedAtMs: to - beganAtMs }
        own.set(name, [...(own.get(name) ?? []), relative])
      }
    },
    print() {
      for (const [verdict, own] of known) {
        const rows = [...own.values()].map(of => ({
          name: of[0]!.name,
          at: median(of.map(one => one.beganAtMs)),
          took: median(of.map(one => one.endedAtMs - one.beganAtMs)),
          times: of.length,
        }))
        for (const { name, at, took, times } of rows.sort((one, other) => one.at - other.at))
          console.log(
            `  ${verdict.padEnd(6)} ${name.padEnd(24)} at ${ms(at)}  took ${ms(took)}  ${times} times`,
          )
      }
    },
    close: off,
  }
}

const ms = (value: number) => `${String(Math.round(value)).padStart(5)} ms`
