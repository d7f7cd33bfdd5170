import { spawn } from 'node:child_process'
import { Duplex } from 'node:stream'
import { CannotLook } from '../../judge/errors.ts'
import { text } from '../../say/text.ts'
import type { Exit, Machine, RemoteProcess } from '../../ssh/machine.ts'
import { rootCommand, type StdinMode } from '../../ssh/root-shell.ts'

/** A machine whose use a test can observe. */
export interface LocalMachine extends Machine {
  /** How many scripts were run or started. */
  started: number
  /** What a cut connection or a killed checker comes to: the stdin of everything that runs ends. */
  hangUp(): void
  /** Resolves when nothing started here runs any more. */
  ended(): Promise<void>
}

/** A machine for tests: this host, or one network namespace of it, running the very command lines ssh would. */
export function localMachine(node: string, netns?: string): LocalMachine {
  const enter = netns ? `exec nsenter --net=/var/run/netns/${netns} ` : 'exec '
  const launch = (script: string, stdin: StdinMode, lifeMs?: number) =>
    spawn('sh', [
      '-c',
      enter + rootCommand('root', script, { stdin, ...(lifeMs !== undefined && { lifeMs }) }),
    ])
  const running = new Set<Promise<unknown>>()
  const children = new Set<ReturnType<typeof launch>>()
  const machine: LocalMachine = {
    node,
    started: 0,
    hangUp() {
      for (const child of children) child.stdin.destroy()
    },
    async ended() {
      await Promise.all(running)
    },
    async start(script, { stdin = 'watch', lifeMs } = {}): Promise<RemoteProcess> {
      machine.started++
      const child = launch(script, { kind: stdin }, lifeMs)
      child.stdin.on('error', () => {})
      const exited = new Promise<Exit>(resolve => child.on('exit', code => resolve({ code })))
      running.add(exited)
      children.add(child)
      return {
        stdio: Duplex.from({ readable: child.stdout, writable: child.stdin }),
        stderr: child.stderr,
        exited,
      }
    },
    async run(script, { deadlineMs, maxBytes = 2 ** 20 }) {
      machine.started++
      const child = launch(script, { kind: 'watch' }, deadlineMs)
      child.stdin.on('error', () => {})
      children.add(child)
      const [out, err]: [Buffer[], Buffer[]] = [[], []]
      child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
      child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
      const closed = new Promise<number | null>(resolve => child.on('close', resolve))
      running.add(closed)
      const code = await closed
      children.delete(child)
      child.stdin.end()
      const stdout = Buffer.concat(out)
      if (code === null || code === 143 || stdout.length > maxBytes)
        throw new CannotLook(text(`${node} did not answer`, `${node} 沒有回應`), { where: node })
      return { code, stdout, stderr: Buffer.concat(err).toString() }
    },
    async close() {
      machine.hangUp()
      await machine.ended()
    },
  }
  return machine
}
