import { execFile, type SpawnOptions, spawn } from 'node:child_process'
import { constants } from 'node:os'

/** How a program ended, and what it said. */
export interface Answer {
  code: number
  stdout: string
  stderr: string
}

export interface AskOptions {
  cwd?: string
  env?: NodeJS.ProcessEnv
  /** The program is ended after this time, and counts as silent. */
  timeoutMs?: number
}

/**
 * Runs a program with these words and waits for its end. No shell is between: Windows has no POSIX shell, and words
 * need no quotes. Undefined when there is no such program, or when it was too slow.
 */
export const ask = (
  program: string,
  argv: string[],
  { cwd, env, timeoutMs }: AskOptions = {},
): Promise<Answer | undefined> =>
  new Promise(resolve => {
    const options = { cwd, env, timeout: timeoutMs ?? 0, maxBuffer: 64 << 20, windowsHide: true }
    const child = execFile(program, argv, options, (problem, stdout, stderr) => {
      const code = problem === null ? 0 : problem.code
      resolve(typeof code === 'number' ? { code, stdout, stderr } : undefined)
    })
    // Who asks back gets no answer, rather than waiting for one that nobody will type.
    child.stdin?.end()
  })

/**
 * Lets a program have our terminal until it ends; returns its exit code (128 + n for signal n). A Ctrl-C is for the
 * program, which the terminal tells of it, and we stay to hear how it ended; a wish that we end is passed on as `ending`.
 * Rejects where there is no such program.
 */
export async function handOver(
  program: string,
  argv: string[],
  { ending = 'SIGTERM', ...options }: SpawnOptions & { ending?: NodeJS.Signals } = {},
): Promise<number> {
  const child = spawn(program, argv, { stdio: 'inherit', ...options })
  const ignore = () => {}
  const end = () => child.kill(ending)
  process.on('SIGINT', ignore)
  process.on('SIGTERM', end)
  process.on('SIGHUP', end)
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']))
    })
  } finally {
    process.off('SIGINT', ignore)
    process.off('SIGTERM', end)
    process.off('SIGHUP', end)
  }
}
