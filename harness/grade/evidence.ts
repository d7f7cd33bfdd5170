import { readdirSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { Bundle } from '../bundle/bundle.ts'
import { type Lost, readLedger } from '../bundle/history.ts'
import { readBundle } from '../bundle/read-bundle.ts'
import { BadCall } from '../core/errors.ts'
import { text } from '../core/text.ts'
import { cleanLine } from '../tell/clean.ts'

/** What was seen of some students, wherever it is kept. */
export interface Evidence {
  /** In the roster's order where a grading tells it; whoever was not graded yet too. */
  students: { id: string; name?: string }[]
  /** In the order in which they were first seen. */
  lessons: string[]
  /** Oldest first. Rejects with BadCall where one without a ledger cannot be read. */
  attempts(student: string, lesson: string): Promise<(Bundle | Lost)[]>
  /** The digest of the last line of the one ledger it comes from. */
  head?: string
}

/** The evidence in these places: a grading's output folder, its folder of bundles, or bundles by themselves. Throws BadCall where there is none. */
export async function evidenceIn(places: string[]): Promise<Evidence> {
  const all = await Promise.all(places.map(place => evidenceAt(place)))
  if (all.length === 1) return all[0]!
  return {
    students: [...new Map(all.flatMap(one => one.students).map(one => [one.id, one])).values()],
    lessons: unique(all.flatMap(one => one.lessons)),
    attempts: async (student, lesson) =>
      inOrder((await Promise.all(all.map(one => one.attempts(student, lesson)))).flat()),
  }
}

async function evidenceAt(place: string): Promise<Evidence> {
  const about = statSync(place, { throwIfNoEntry: false })
  if (!about) throw nothing(place)
  if (!about.isDirectory()) return loose([place])
  const ofLedger = fromLedger(basename(place) === 'bundles' ? dirname(place) : place)
  if (ofLedger) return ofLedger
  const files = readdirSync(place, { recursive: true, encoding: 'utf8' }).filter(file =>
    file.endsWith('.json.gz'),
  )
  if (files.length === 0) throw nothing(place)
  return loose(files.sort().map(file => join(place, file)))
}

/** What a grading's own ledger tells of its output folder; undefined where it has none. */
export function fromLedger(folder: string): Evidence | undefined {
  const ledger = readLedger(folder)
  const stored = ledger.entries.filter(entry => entry.kind === 'bundle')
  if (stored.length === 0) return undefined
  return {
    students: ledger.listed(),
    lessons: unique(stored.map(({ lesson }) => lesson)),
    attempts: (student, lesson) => ledger.attempts(student, lesson),
    head: ledger.head,
  }
}

/**
 * Bundles that are named one by one are read when their turn comes, by what their files say; a ledger beside one vouches for it,
 * and says whose it was when it was altered.
 */
async function loose(files: string[]): Promise<Evidence> {
  const about: { file: string; student: string; lesson: string; attempt: number }[] = []
  const ledgers = new Map<string, ReturnType<typeof readLedger>>()
  const read = async (file: string) => {
    const bundles = dirname(dirname(resolve(file)))
    if (basename(bundles) !== 'bundles') return readBundle(file)
    const ledger = ledgers.get(bundles) ?? readLedger(dirname(bundles))
    ledgers.set(bundles, ledger)
    return (await ledger.attemptIn(file)) ?? readBundle(file)
  }
  for (const file of files) {
    const { student, lesson, attempt } = await read(file)
    about.push({ file, student, lesson, attempt })
  }
  about.sort((one, other) => one.attempt - other.attempt)
  return {
    students: unique(about.map(({ student }) => student).sort()).map(id => ({ id })),
    lessons: unique(about.map(({ lesson }) => lesson).sort()),
    attempts: (student, lesson) =>
      Promise.all(
        about.filter(one => one.student === student && one.lesson === lesson).map(({ file }) => read(file)),
      ),
  }
}

/** The oldest first, and each once: a folder may have been named beside what is in it. */
function inOrder(bundles: (Bundle | Lost)[]): (Bundle | Lost)[] {
  const each = new Map(bundles.map(bundle => [`${bundle.startedAt} ${bundle.attempt}`, bundle]))
  return [...each.values()].sort(
    (one, other) => one.startedAt.localeCompare(other.startedAt) || one.attempt - other.attempt,
  )
}

const unique = (words: string[]): string[] => [...new Set(words)]

const nothing = (place: string) =>
  new BadCall(
    text(
      `${cleanLine(place)} holds no evidence of a grading: give the folder that grade --out wrote, or bundles.`,
      `${cleanLine(place)} 裡沒有評分的證據：請指定 grade --out 寫入的資料夾，或證據檔。`,
    ),
  )
