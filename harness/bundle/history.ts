import { join, relative, resolve } from 'node:path'
import { BadCall } from '../core/errors.ts'
import { type Text, text } from '../core/text.ts'
import { cleanLine } from '../tell/clean.ts'
import type { Bundle } from './bundle.ts'
import { type Begin, digestOf, type Entry, type Listed, type Stored } from './entry.ts'
import { bundlesOf, headOf, LEDGER, ledgersIn, readChain } from './ledger-file.ts'
import { bundleOf, contentOf } from './read-bundle.ts'

/** The run that was last, broken off or not. */
export interface LastRun extends Pick<Begin, 'rosterDigest' | 'lessons' | 'shard'> {
  runId: string
  isFinished: boolean
  /** Of whom the run has stored a bundle, by lesson; of several the last one. */
  done: Pick<Stored, 'student' | 'lesson' | 'attempt'>[]
}

/** An attempt that was stored and of which nothing is left to judge: its file is missing, cut off or altered. */
export interface Lost extends Pick<Bundle, 'student' | 'lesson' | 'attempt' | 'startedAt'> {
  /** One sentence. */
  lost: Text
}

/** What the ledgers of an output folder tell. */
export interface History {
  /** Of all ledgers in it: its own, and those of shards that were merged into it. */
  readonly entries: readonly Entry[]
  /** The digest of the last line of its own ledger: whoever keeps it can tell later whether lines were cut off. */
  readonly head: string
  /** The last run of its own ledger. */
  lastRun(): LastRun | undefined
  /** Everybody of the roster it was graded from, in its order, and then who was graded and is not in it, by when that was. */
  listed(): { id: string; name?: string }[]
  /** Every bundle of a student in a lesson, the first one first, read now. One that is missing or altered costs no other. */
  attempts(student: string, lesson: string): Promise<(Bundle | Lost)[]>
}

/** What an output folder holds, for who only reads: none where there is none. Throws BadCall where a ledger was altered. */
export function readLedger(folder: string): Past {
  const bundles = bundlesOf(folder)
  const past = new Past(bundles)
  for (const name of ledgersIn(bundles)) {
    const { entries, lines } = readChain(join(bundles, name))
    for (const entry of entries) past.learn(entry, name === LEDGER)
    if (name === LEDGER) past.head = headOf(lines)
  }
  return past
}

/** A history that learns more. */
export class Past implements History {
  readonly #bundles: string
  readonly #own: Entry[] = []
  readonly #stored = new Map<string, (Entry & Stored)[]>()
  readonly #files = new Set<string>()
  readonly #promised = new Map<string, number>()
  readonly entries: Entry[] = []
  head = headOf([])

  constructor(bundles: string) {
    this.#bundles = bundles
  }

  learn(entry: Entry, isOwn = true): void {
    this.entries.push(entry)
    if (isOwn) this.#own.push(entry)
    if (entry.kind !== 'bundle') return
    const all = this.storedOf(entry.student, entry.lesson)
    this.#stored.set(keyOf(entry), [...all, entry])
    this.#files.add(entry.file.toLowerCase())
  }

  /** The lines about a student in a lesson, the first attempt first. */
  storedOf(student: string, lesson: string): (Entry & Stored)[] {
    return this.#stored.get(keyOf({ student, lesson })) ?? []
  }

  /** Which attempt comes next; each time it is asked, one more. */
  nextAttempt(student: string, lesson: string): number {
    const key = keyOf({ student, lesson })
    const attempt =
      Math.max(this.storedOf(student, lesson).at(-1)?.attempt ?? 0, this.#promised.get(key) ?? 0) + 1
    this.#promised.set(key, attempt)
    return attempt
  }

  /** That attempt came to nothing. */
  giveBack(student: string, lesson: string, attempt: number): void {
    const key = keyOf({ student, lesson })
    if (this.#promised.get(key) === attempt) this.#promised.set(key, attempt - 1)
  }

  /** What a ledger says was stored in a file, read now; undefined where it says nothing of that file. */
  async attemptIn(file: string): Promise<Bundle | Lost | undefined> {
    const path = relative(resolve(this.#bundles), resolve(file))
    const stored = this.entries.findLast(entry => entry.kind === 'bundle' && entry.file === path)
    return stored?.kind === 'bundle' ? this.#read(stored) : undefined
  }

  /** Whether a file of that name, in whatever case, is a bundle's. */
  holds = (file: string): boolean => this.#files.has(file.toLowerCase())

  listed(): { id: string; name?: string }[] {
    const last = this.entries.filter(entry => entry.kind === 'begin').findLast(({ students }) => students)
    const { number, of } = last?.shard ?? { number: 1, of: 1 }
    // What was merged is to be a whole class; the folder of one shard is not.
    const isPart = this.#own.length > 0 && of > 1
    const roster: Listed[] = (last?.students ?? []).filter((_, at) => !isPart || at % of === number - 1)
    const nameOf = new Map(roster.map(({ id, name }) => [id, name]))
    const graded = this.entries.flatMap(entry => (entry.kind === 'bundle' ? [entry.student] : []))
    return [...new Set([...roster.map(({ id }) => id), ...graded])].map(id => {
      const name = nameOf.get(id)
      return { id, ...(name !== undefined && { name }) }
    })
  }

  lastRun(): LastRun | undefined {
    const last = this.#own.at(-1)
    if (last === undefined) return undefined
    const ofRun = this.#own.filter(({ run }) => run === last.run)
    const begin = ofRun.find(entry => entry.kind === 'begin')
    if (!begin) return undefined
    const { rosterDigest, lessons, shard } = begin
    const stored = ofRun.filter(entry => entry.kind === 'bundle')
    return {
      runId: last.run,
      rosterDigest,
      lessons,
      ...(shard && { shard }),
      isFinished: last.kind === 'end',
      done: [...new Map(stored.map(one => [keyOf(one), one])).values()],
    }
  }

  async attempts(student: string, lesson: string): Promise<(Bundle | Lost)[]> {
    const bundles: (Bundle | Lost)[] = []
    for (const stored of this.storedOf(student, lesson)) bundles.push(await this.#read(stored))
    return bundles
  }

  async #read(stored: Entry & Stored): Promise<Bundle | Lost> {
    const file = join(this.#bundles, stored.file)
    try {
      const content = await contentOf(file)
      if (digestOf(content) !== stored.sha256) throw altered(file)
      return await bundleOf(file, content)
    } catch (thrown) {
      if (!(thrown instanceof BadCall)) throw thrown
      const { student, lesson, attempt, time: startedAt } = stored
      return { student, lesson, attempt, startedAt, lost: thrown.sentence }
    }
  }
}

const keyOf = ({ student, lesson }: Pick<Stored, 'student' | 'lesson'>) => `${lesson}/${student}`

const altered = (file: string): BadCall => {
  const name = cleanLine(file)
  return new BadCall(
    text(
      `${name} is not what was stored: it was altered, and nothing is graded from it.`,
      `${name} 和當初存下的內容不同：它被改過，不能用來評分。`,
    ),
  )
}
