import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { Duplex } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import type { CannotLook } from '../core/errors.ts'
import { within } from '../core/within.ts'
import type { Transport } from './connection.ts'
import { proxyFailed } from './reasons.ts'

/** How long the child may take to end after its stdin did, and again after SIGTERM. */
const GRACE_MS = 500
const STDERR_CHARACTERS_MAX = 4096

/** Starts a program whose stdio is the connection. It is a child of ours, ended by its pid when the transport closes. */
export function openProxy(node: string, argv: string[], statusCommand: string | undefined): Transport {
  // Not detached: a `sudo -n` in it finds its credentials by the terminal.
  const child = spawn(argv[0] ?? '', argv.slice(1), { stdio: ['pipe', 'pipe', 'pipe'] })
  let words = ''
  child.stderr.setEncoding('utf8').on('data', chunk => {
    words = (words + chunk).slice(-STDERR_CHARACTERS_MAX)
  })
  const ended = new Promise<{ code: number | null; isMissing: boolean }>(resolve => {
    child.on('error', error => {
      resolve({ code: null, isMissing: (error as NodeJS.ErrnoException).code === 'ENOENT' })
    })
    child.on('close', code => resolve({ code, isMissing: false }))
  })
  // A pipe that breaks is told by the end of the stream; these keep it from being an unhandled event.
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin })
  for (const pipe of [child.stdin, child.stdout, child.stderr, stream]) pipe.on('error', () => {})

  return {
    stream,
    async failure(): Promise<CannotLook | undefined> {
      const end = await within(GRACE_MS, ended)
      return end && proxyFailed(node, argv, { ...end, words: lastLine(words), statusCommand })
    },
    async close() {
      stream.destroy()
      await endChild(child, ended)
    },
  }
}

const lastLine = (words: string): string => stripVTControlCharacters(words).trim().split(/\r?\n/).at(-1) ?? ''

async function endChild(child: ChildProcessWithoutNullStreams, ended: Promise<unknown>): Promise<void> {
  child.stdin.destroy()
  child.kill('SIGTERM')
  if (await within(GRACE_MS, ended)) return
  child.kill('SIGKILL')
  await within(GRACE_MS, ended)
}
