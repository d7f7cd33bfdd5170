import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { text } from '../../core/text.ts'
import { didNotStart } from '../sentences.ts'

/** How long a command may take: a snapshot writes the whole memory of a machine. */
const DEADLINE_MS = 120_000

/**
 * Gives commands of QEMU's human monitor, one after the other, to a machine over its monitor socket (QMP,
 * qemu-qmp-ref(7)). CannotLook, with what QEMU answered, where it did not do as told.
 */
export async function command(socket: string, ...lines: string[]): Promise<void> {
  const stream = connect(socket)
  const answers = createInterface({ input: stream })
  const waiting: ((answer: Answer) => void)[] = []
  const ended = new Promise<never>((_, reject) => {
    const end = (why: Error) => reject(why)
    stream.once('error', end)
    stream.once('close', () => end(new Error('QEMU ended')))
    stream.setTimeout(DEADLINE_MS, () => end(new Error('QEMU does not answer')))
  })
  ended.catch(() => undefined)
  // The same errors once more, as readline passes them on.
  answers.on('error', () => {})
  answers.on('line', line => {
    const said = JSON.parse(line) as Answer
    // Events come whenever they like.
    if ('return' in said || 'error' in said) waiting.shift()?.(said)
  })
  const ask = (execute: string, words: object = {}) => {
    const answer = new Promise<Answer>(resolve => waiting.push(resolve))
    stream.write(`${JSON.stringify({ execute, arguments: words })}\n`)
    return Promise.race([answer, ended])
  }
  try {
    await ask('qmp_capabilities')
    for (const line of lines) {
      const { return: said, error } = await ask('human-monitor-command', { 'command-line': line })
      const complaint = error?.desc ?? String(said).trim()
      if (complaint) throw didNotStart(text('QEMU could not do it', 'QEMU 無法完成'), `${line}: ${complaint}`)
    }
  } finally {
    stream.destroy()
  }
}

/** Resolves when the machine behind the socket takes commands, or `signal` aborts. */
export async function takesCommands(socket: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !(await command(socket).then(isSo, isNot))) await pause(25)
}

const isSo = () => true
const isNot = () => false

interface Answer {
  return?: unknown
  error?: { desc: string }
}
