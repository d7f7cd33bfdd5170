import { execFile } from 'node:child_process'

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
