import type { CannotLook } from '../core/errors.ts'
import { within } from '../core/within.ts'
import type { Exit, Ran, RunOptions } from './machine.ts'
import type { Root } from './root.ts'
import { deadlineMissed, garbled, noExitCode, tooMuchOutput } from './run-reasons.ts'

const OUTPUT_BYTES_MAX = 8 * 1024 * 1024
/** The end of what a script ran under is told a moment after the end of the script. */
const END_WAIT_MS = 200
/** A script outlives its deadline by so much, where nobody can tell it to stop. */
const LIFE_EXTRA_MS = 1_000

/** Runs a script to its end and keeps what it prints. `whyLost`: why the machine is out of reach, where it is. */
export async function runScript(
  node: string,
  root: Root,
  script: string,
  options: RunOptions & { whyLost: () => CannotLook | undefined },
): Promise<Ran> {
  const { deadlineMs, input, isPerl, maxBytes = OUTPUT_BYTES_MAX, whyLost } = options
  const stdin = input ? { input } : 'watch'
  const running = await root.start(script, {
    stdin,
    lifeMs: deadlineMs + LIFE_EXTRA_MS,
    ...(isPerl && { isPerl }),
  })
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  let bytes = 0
  let timer: NodeJS.Timeout | undefined
  const failed = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(deadlineMissed(node, deadlineMs)), deadlineMs)
    const keep = (chunks: Buffer[]) => (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > maxBytes) reject(tooMuchOutput(node, bytes, maxBytes))
      else chunks.push(chunk)
    }
    running.stdio.on('data', keep(stdout))
    running.stderr.on('data', keep(stderr))
  })
  try {
    const exit = await Promise.race([running.closed, failed])
    if (exit.code === null)
      throw whyLost() ?? (root.isGarbled ? garbled(node) : noExitCode(node, await wholeEnd(exit, root)))
    return { code: exit.code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8') }
  } finally {
    clearTimeout(timer)
    running.stdio.on('error', () => {}).destroy()
  }
}

/** How a script ended, or what it ran under. */
const wholeEnd = async (exit: Exit, root: Root): Promise<Exit> =>
  exit.signal ? exit : ((await within(END_WAIT_MS, root.ended)) ?? exit)
