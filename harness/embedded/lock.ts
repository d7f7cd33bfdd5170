import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { text } from '../say/text.ts'
import { placesHere } from './places.ts'
import type { Say } from './sentences.ts'

/** Holds a lab: commands that change it come one after the other. */
export const lockLab = (lab: string, say: Say): Promise<AsyncDisposable> =>
  lock(`lab-${lab}`, () =>
    say(
      text(
        `Another command is at work on lab "${lab}"; waiting for it.`,
        `另一個指令正在處理實驗環境「${lab}」，等待中。`,
      ),
    ),
  )

/**
 * Waits until nobody else holds `name`, then holds it until the returned value is disposed of.
 * The kernel gives it back when we die, however we die (flock(2)). `waiting` is called if somebody else has it.
 */
export async function lock(name: string, waiting: () => void): Promise<AsyncDisposable> {
  const { cache } = placesHere()
  mkdirSync(cache, { recursive: true, mode: 0o755 })
  const file = join(cache, `${name}.lock`)
  // `cat` ends when our end of its stdin does, and the lock with it.
  const script = 'flock --nonblock 9 || { echo wait; flock 9; }; echo mine; exec cat >/dev/null'
  const holder = spawn('bash', ['-c', `exec 9>"$0"; ${script}`, file], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  })
  await new Promise<void>((resolve, reject) => {
    holder.once('error', reject)
    holder.once('exit', code => reject(new Error(`flock of ${file} ended with ${code}`)))
    holder.stdout.on('data', (data: Buffer) => {
      const said = data.toString()
      if (said.includes('wait')) waiting()
      if (said.includes('mine')) resolve()
    })
  })
  return {
    async [Symbol.asyncDispose]() {
      const ended = new Promise(resolve => holder.once('exit', resolve))
      holder.stdin.end()
      await ended
    },
  }
}
