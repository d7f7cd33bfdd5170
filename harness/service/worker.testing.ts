// A worker as a process of its own: `worker.mjs NAME KIND`. It says what happens, one JSON line each.
import { gzipSync } from 'node:zlib'
import { connectionFrom } from './connection.ts'
import { type GradedJob, type QueueJob, work } from './work.ts'

const [name = '', kind = ''] = process.argv.slice(2)
const ending = new AbortController()
process.once('SIGTERM', () => ending.abort())

const KINDS: Record<string, (job: QueueJob, signal: AbortSignal) => Promise<GradedJob>> = {
  grades: async ({ student }) => ({
    bundleGz: gzipSync(`${student} by ${name}`),
    row: { ungradedClaims: 0, said: `${student}\u0000學生` },
  }),
  /** Until it is told to give up. */
  hangs: (_, signal) =>
    new Promise((_, reject) => {
      const awake = setInterval(() => undefined, 1000)
      signal.addEventListener('abort', () => {
        clearInterval(awake)
        reject(new Error('given up'))
      })
    }),
}
await work(connectionFrom(undefined, process.env), KINDS[kind]!, {
  signal: ending.signal,
  name,
  onEvent: event => console.log(JSON.stringify(event)),
})
