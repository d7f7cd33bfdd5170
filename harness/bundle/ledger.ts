import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { BadCall } from '../core/errors.ts'
import { makeFolder } from '../core/make-folder.ts'
import { text } from '../core/text.ts'
import type { Bundle } from './bundle.ts'
import { isUnfinished, notWritten, putWhole, sayingWhy } from './disk.ts'
import {
  type Begin,
  digestOf,
  type End,
  type Entry,
  fileOf,
  isName,
  type Listed,
  lineOf,
  type Shard,
  type Stored,
} from './entry.ts'
import { type History, type Past, readLedger } from './history.ts'
import type { GraderKey } from './key.ts'
import { bundlesOf, LEDGER } from './ledger-file.ts'
import { LineFile } from './line-file.ts'
import { lockFolder } from './lock.ts'
import { packBundle } from './pack.ts'

/** What a run is about. */
export interface RunAbout {
  rosterDigest: string
  lessons: string[]
  shard?: Shard
  /** Everybody of the roster, in its order. */
  students?: Listed[]
  /** The checker's version. */
  checker: string
}

/** The store of an output folder: what is in it is never changed or removed. */
export interface Ledger extends History {
  /** Begins a run, or goes on with the last one, finished or not. Rejects with BadCall where that one was about others. Returns the run's id. */
  begin(about: RunAbout & { resume?: boolean }): Promise<string>
  /**
   * Stores a bundle as the next attempt of its student in its lesson, whatever attempt it says it is. When this has
   * resolved, it is on the disk. Rejects with BadCall where it could not be stored: then it is not.
   */
  add(bundle: Bundle): Promise<{ file: string; attempt: number }>
  /** Ends the run. */
  end(): Promise<void>
  /** Waits for what is being stored, and lets others write to the folder. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const kept = <Kind>(promise: Promise<Kind>) => promise.catch(() => undefined)

/**
 * Opens the store of an output folder, which is made where there is none. Half a line at its end, left by a crash, is
 * removed. Rejects with BadCall where another grading writes to it, it cannot be written, or was altered.
 */
export async function openLedger(folder: string, { key }: { key: GraderKey }): Promise<Ledger> {
  const bundles = bundlesOf(folder)
  sayingWhy(bundles, () => makeFolder(bundles))
  const lock = lockFolder(bundles)
  try {
    // We are alone here: nobody is still writing them.
    for (const name of readdirSync(bundles).filter(isUnfinished)) rmSync(join(bundles, name), { force: true })
    const file = await LineFile.open(join(bundles, LEDGER))
    return new OpenLedger(folder, key, file, lock)
  } catch (cause) {
    lock[Symbol.dispose]()
    throw notWritten(bundles, cause)
  }
}

class OpenLedger implements Ledger {
  readonly #bundles: string
  readonly #history: Past
  readonly #folder: string
  readonly #key: GraderKey
  readonly #file: LineFile
  readonly #lock: Disposable
  readonly #adding = new Set<Promise<unknown>>()
  #run: string | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(folder: string, key: GraderKey, file: LineFile, lock: Disposable) {
    this.#folder = folder
    this.#bundles = bundlesOf(folder)
    this.#key = key
    this.#file = file
    this.#lock = lock
    this.#history = readLedger(folder)
  }

  get entries() {
    return this.#history.entries
  }
  get head() {
    return this.#file.head
  }
  lastRun = () => this.#history.lastRun()
  listed = () => this.#history.listed()
  attempts = (student: string, lesson: string) => this.#history.attempts(student, lesson)

  begin({ resume = false, ...about }: RunAbout & { resume?: boolean }): Promise<string> {
    return this.#inTurn(async () => {
      const before = resume ? this.lastRun() : undefined
      if (before && !isSame(before, about)) throw otherRun(this.#folder)
      const run = before?.runId ?? randomUUID()
      this.#run = run
      await this.#append({ kind: 'begin', ...about, publicKey: this.#key.publicKey })
      return run
    })
  }

  add(bundle: Bundle): Promise<{ file: string; attempt: number }> {
    const added = this.#store(bundle)
    const settled: Promise<unknown> = kept(added).then(() => this.#adding.delete(settled))
    this.#adding.add(settled)
    return added
  }

  async #store(bundle: Bundle): Promise<{ file: string; attempt: number }> {
    const { student, lesson } = bundle
    if (![student, lesson].every(isName)) throw new Error(`no names for a file: ${lesson}, ${student}`)
    const attempt = this.#history.nextAttempt(student, lesson)
    try {
      return { file: await this.#storeAs({ ...bundle, attempt }), attempt }
    } catch (cause) {
      this.#history.giveBack(student, lesson, attempt)
      throw cause
    }
  }

  /** Files are written side by side, the lines about them one after the other. */
  async #storeAs(bundle: Bundle): Promise<string> {
    const { student, lesson, attempt } = bundle
    const packed = await packBundle(bundle)
    const file = fileOf(bundle)
    const path = join(this.#bundles, file)
    try {
      makeFolder(dirname(path))
      this.#setAside(file)
      await putWhole(path, packed, this.#bundles)
    } catch (cause) {
      throw notWritten(path, cause)
    }
    const about = { student, lesson, attempt, file, bytes: packed.length, sha256: digestOf(packed) }
    try {
      await this.#inTurn(() => this.#append({ kind: 'bundle', ...about }))
    } catch (cause) {
      // What is not in the ledger was not stored, and the room on the disk may be needed.
      rmSync(path, { force: true })
      throw cause
    }
    return path
  }

  async end(): Promise<void> {
    await Promise.all(this.#adding)
    await this.#inTurn(() => this.#append({ kind: 'end', bundles: this.lastRun()?.done.length ?? 0 }))
    this.#run = undefined
  }

  async close(): Promise<void> {
    await Promise.all(this.#adding)
    await kept(this.#last)
    await this.#file.close()
    this.#lock[Symbol.dispose]()
  }
  [Symbol.asyncDispose] = () => this.close()

  /** One after the other: each line has the digest of the one before. */
  #inTurn<Result>(action: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(action)
    this.#last = kept(result)
    return result
  }

  async #append(about: Begin | Stored | End): Promise<void> {
    if (!this.#run) throw new Error('the run has not begun')
    const place = { number: this.#file.length + 1, previous: this.#file.head }
    const entry: Entry = { ...about, ...place, run: this.#run, time: new Date().toISOString() }
    await this.#file.append(lineOf(entry, this.#key))
    this.#history.learn(entry)
  }

  /** What a crash left under the name of a bundle that is to be stored now gets another one: it is not in the ledger. */
  #setAside(file: string): void {
    const path = join(this.#bundles, file)
    if (!existsSync(path)) return
    if (this.#history.holds(file))
      throw new BadCall(
        text(
          `Two students' files would have one name, ${file}, on this file system: give them ids that differ in more than case.`,
          `在這個檔案系統上，兩位學生的檔案會有相同的名稱 ${file}：請讓他們的 id 不只有大小寫的差別。`,
        ),
      )
    sayingWhy(path, () => renameSync(path, `${path}.${randomUUID()}.left`))
  }
}

const isSame = (one: RunAbout | Omit<RunAbout, 'checker'>, other: RunAbout): boolean =>
  one.rosterDigest === other.rosterDigest &&
  one.lessons.join() === other.lessons.join() &&
  one.shard?.number === other.shard?.number &&
  one.shard?.of === other.shard?.of

const otherRun = (folder: string): BadCall =>
  new BadCall(
    text(
      `The last grading in ${folder} had another roster, other lessons or another shard: bring them back, or begin a new grading without --resume.`,
      `${folder} 裡上一次的評分用的是不同的名單、課程或 shard：請改回原本的內容，或不加 --resume 重新評分。`,
    ),
  )
