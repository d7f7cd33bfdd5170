import type { Readable } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'

/** tcpdump's own words are few; more than this comes from something else. */
const MAX_CHARS = 16 * 1024

/** What tcpdump tells on standard error, the only place it tells it (tcpdump(1)). */
export class Counters {
  #words = ''
  readonly ended: Promise<void>

  /** Calls `onWords` for each piece that arrives. */
  constructor(stderr: Readable, onWords: () => void) {
    stderr.on('data', (chunk: Buffer) => {
      this.#words = (this.#words + chunk.toString('latin1')).slice(-MAX_CHARS)
      onWords()
    })
    stderr.on('error', () => {})
    this.ended = new Promise(resolve => {
      stderr.on('end', resolve)
      stderr.on('close', resolve)
    })
  }

  get isListening(): boolean {
    return /listening on /.test(this.#words)
  }

  /** Undefined until tcpdump has summed up. */
  get droppedByKernel(): number | undefined {
    const found = /(\d+) packets? dropped by kernel/.exec(this.#words)
    return found ? Number(found[1]) : undefined
  }

  /** The last thing it said, without its name, fit for one line. */
  get lastLine(): string {
    const last = stripVTControlCharacters(this.#words).trim().split('\n').at(-1)!
    return last
      .replace(/^tcpdump: /, '')
      .replaceAll(/[^\x20-\x7e]/g, '')
      .slice(0, 200)
  }
}
