import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { notWritten, syncFolder } from './disk.ts'
import { digestOf, parseLine } from './entry.ts'
import { follows, headOf, readChain } from './ledger-file.ts'

/** A ledger's file: lines are added to it, whole or not at all. */
export class LineFile {
  readonly #name: string
  readonly #handle: FileHandle
  #bytes: number
  #broken: unknown
  length: number
  /** The digest of the last line. */
  head: string

  private constructor(name: string, handle: FileHandle, bytes: number, lines: readonly string[]) {
    this.#name = name
    this.#handle = handle
    this.#bytes = bytes
    this.length = lines.length
    this.head = headOf(lines)
  }

  /** Throws BadCall where it was altered. What a crash left of a last line is removed; completed where only its end is missing. */
  static async open(name: string): Promise<LineFile> {
    const { lines, rest } = readChain(name)
    const last = parseLine(rest)
    const isWhole = last !== undefined && follows(last, lines)
    if (isWhole) lines.push(rest)
    const handle = await open(name, 'a')
    try {
      const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0)
      if (isWhole) await handle.writeFile('\n')
      else if (rest !== '') await handle.truncate(bytes)
      await handle.sync()
      await syncFolder(dirname(name))
      return new LineFile(name, handle, bytes, lines)
    } catch (cause) {
      await handle.close()
      throw notWritten(name, cause)
    }
  }

  /** When this has resolved, the line is on the disk. Rejects with BadCall, and then nothing of it is in the file. */
  async append(line: string): Promise<void> {
    if (this.#broken !== undefined) throw this.#broken
    try {
      await this.#handle.writeFile(`${line}\n`)
      await this.#handle.datasync()
    } catch (cause) {
      const told = notWritten(this.#name, cause)
      // Where even that fails, a line behind half a one would be lost; half a last one is removed when this is opened again.
      await this.#handle.truncate(this.#bytes).catch(() => {
        this.#broken = told
      })
      throw told
    }
    this.#bytes += Buffer.byteLength(line) + 1
    this.length++
    this.head = digestOf(line)
  }

  close(): Promise<void> {
    return this.#handle.close()
  }
}
