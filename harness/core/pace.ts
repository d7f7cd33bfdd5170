import { spawn } from 'node:child_process'

/** Two shells side by side start this many processes each, and nothing else: what everything here is made of. */
const STARTS = 'i=0; while [ $i -lt 100 ]; do /bin/true; i=$((i + 1)); done'
/** What that takes on the machine all deadlines are made for: two cores of a server of 2023, with nothing else to do. */
const USUAL_MS = 130
const MOST = 10

let underWay: Promise<number> | undefined

/**
 * How many times slower than usual this machine is now, from 1 to 10: a slow processor, or one that others keep busy.
 * Measured in a fraction of a second; whoever asks meanwhile gets the same answer, for measurements side by side would keep
 * the machine busy for each other. Deadlines of work that is done on this machine are multiplied by it.
 */
export function paceHere(): Promise<number> {
  underWay ??= measured().finally(() => {
    underWay = undefined
  })
  return underWay
}

async function measured(): Promise<number> {
  const startedAt = performance.now()
  await Promise.all([ended(STARTS), ended(STARTS)])
  const pace = (performance.now() - startedAt) / USUAL_MS
  return Math.min(MOST, Math.max(1, Math.round(pace * 10) / 10))
}

/** Where there is no such shell the machine counts as one of usual speed. */
const ended = (script: string) =>
  new Promise<void>(resolve => {
    const shell = spawn('sh', ['-c', script], { stdio: 'ignore' })
    for (const end of ['error', 'exit']) shell.once(end, () => resolve())
  })

/**
 * Calls `end` when `durationMs` are over and, where this machine turns out to be slow then, only after as many times as
 * long. What is late is late, and has not failed. Returns what stops the clock.
 */
export function pacedTimer(durationMs: number, end: () => void): () => void {
  let isNeeded = true
  let timer = setTimeout(async () => {
    const moreMs = durationMs * ((await paceHere()) - 1)
    if (isNeeded) timer = setTimeout(end, moreMs)
  }, durationMs)
  return () => {
    isNeeded = false
    clearTimeout(timer)
  }
}
