import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { text } from '../core/text.ts'
import { placesHere } from './places.ts'
import type { Say } from './sentences.ts'

/** Holds a lab: commands that change it come one after the other. */
export const lockLab = (lab: string, say: Say): Promise<AsyncDisposable> =>
  lock(`lab-${lab}`, () =>
    say(
      text(
        `Another command is working on lab "${lab}"; waiting for it.`,
        `另一個指令正在處理實驗環境「${lab}」，等待中。`,
      ),
    ),
  )

/**
 * Waits until nobody else holds `name`, then holds it until the returned value is disposed of.
 * The kernel gives it back when we die, however we die: it belongs to the open file (flock(2)), which only we keep.
 * `waiting` is called if somebody else has it.
 */
export async function lock(name: string, waiting: () => void): Promise<AsyncDisposable> {
  const { cache } = placesHere()
  mkdirSync(cache, { recursive: true, mode: 0o755 })
  const path = join(cache, `${name}.lock`)
  const file = openSync(path, 'a')
  const asking = spawn('sh', ['-c', 'flock --nonblock 3 || { echo wait; flock 3; }'], {
    stdio: ['ignore', 'pipe', 'inherit', file],
    detached: true,
  })
  asking.stdout?.once('data', waiting)
  await new Promise<void>((resolve, reject) => {
    asking.once('error', reject)
    asking.once('exit', code =>
      code === 0 ? resolve() : reject(new Error(`flock of ${path} ended with ${code}`)),
    )
  })
  return { [Symbol.asyncDispose]: async () => closeSync(file) }
}
