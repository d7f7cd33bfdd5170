import { channel } from 'node:diagnostics_channel'

/** A part of what a look does, for whoever measures where the time goes: its beginning and end by performance.now(). */
export interface Step {
  name: string
  beganAtMs: number
  endedAtMs: number
}

const STEPS = channel('ovn-lab.steps')

/** Does something, and tells those who measure how long it took; where nobody measures, it is only done. */
export async function step<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  if (!STEPS.hasSubscribers) return work()
  const beganAtMs = performance.now()
  try {
    return await work()
  } finally {
    STEPS.publish({ name, beganAtMs, endedAtMs: performance.now() } satisfies Step)
  }
}

/** Calls `listener` with each step from now on; returns what takes it off again. */
export function onStep(listener: (step: Step) => void): () => void {
  const listen = (message: unknown) => listener(message as Step)
  STEPS.subscribe(listen)
  return () => void STEPS.unsubscribe(listen)
}
