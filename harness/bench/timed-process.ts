import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** How long a whole process took, from spawn to exit, and to its first output. */
export interface TimedRun {
  wholeMs: number
  firstOutputMs: number
  exitCode: number
  output: string
}

/** Runs a program and times it from outside, as a learner would with a stopwatch. Aborted, it is asked to end, and waited for. */
export async function timedProcess(
  program: string,
  args: string[],
  cwd: string,
  signal?: AbortSignal,
): Promise<TimedRun> {
  const startedAt = performance.now()
  // What is measured is nobody's progress.
  const env = { ...process.env, OVN_LAB_PROGRESS: 'off' }
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const onAbort = () => void child.kill('SIGTERM')
  signal?.addEventListener('abort', onAbort)
  let firstOutputMs = 0
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      firstOutputMs ||= performance.now() - startedAt
      output += chunk
    })
  const ended = once(child, 'exit') as Promise<[number | null]>
  const [exitCode] = await ended.finally(() => signal?.removeEventListener('abort', onAbort))
  signal?.throwIfAborted()
  return { wholeMs: performance.now() - startedAt, firstOutputMs, exitCode: exitCode ?? -1, output }
}
