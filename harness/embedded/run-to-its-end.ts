import { spawn } from 'node:child_process'

/**
 * Runs a long command in a process namespace of its own: when it ends, or `signal` aborts, or we die in whatever
 * way, it and everything it started is gone. Returns its exit code (null: it was ended) and what it said on stderr.
 */
export async function runToItsEnd(
  argv: string[],
  options: { env: NodeJS.ProcessEnv; signal: AbortSignal },
): Promise<{ code: number | null; stderr: string }> {
  const alone = ['--pdeathsig', 'KILL', 'unshare', '--pid', '--fork', '--kill-child', '--mount-proc']
  const child = spawn('setpriv', [...alone, ...argv], {
    env: options.env,
    signal: options.signal,
    killSignal: 'SIGKILL',
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  })
  let stderr = ''
  child.stderr.on('data', (data: Buffer) => {
    stderr = (stderr + data).slice(-20_000)
  })
  return new Promise((resolve, reject) => {
    child.once('error', problem => (options.signal.aborted ? undefined : reject(problem)))
    child.once('close', code => resolve({ code, stderr }))
  })
}
