import * as fs from 'node:fs'
import { BadCall } from '../core/errors.ts'
import { text } from '../core/text.ts'

/** One line of the journal. */
export interface Entry {
  student: string
  lineItem: string
  user: string
  /** null: that there is no grade any more. */
  points: number | null
  maxPoints: number
  /** The score's own time, ISO 8601, UTC. */
  timestamp: string
  /** sending: whether it arrived is not known. */
  state: 'sending' | 'stored' | 'refused'
}

/** What has been pushed from a folder. */
export interface Journal extends Disposable {
  /** Of one user in one column: the last entry, the last that arrived, and the latest time of all. */
  known(lineItem: string, user: string): { last?: Entry; stored?: Entry; latestMs: number }
  /** Returns when it is on the disk. */
  add(entry: Entry): void
}

/**
 * Opens push.jsonl. A line that a crash cut off, and any other that is none of ours, is left out: at worst a grade is
 * pushed again. Throws BadCall where the file cannot be written.
 */
export function openJournal(file: string): Journal {
  const entries = new Map<string, { last: Entry; stored?: Entry; latestMs: number }>()
  const keyOf = (lineItem: string, user: string) => JSON.stringify([lineItem, user])
  const learn = (entry: Entry) => {
    const key = keyOf(entry.lineItem, entry.user)
    const before = entries.get(key)
    const stored = entry.state === 'stored' ? entry : before?.stored
    entries.set(key, {
      last: entry,
      ...(stored ? { stored } : {}),
      latestMs: Math.max(before?.latestMs ?? 0, Date.parse(entry.timestamp)),
    })
  }
  const open = writable(file)
  const content = fs.readFileSync(file, 'utf8')
  for (const line of content.split('\n')) {
    const entry = entryIn(line)
    if (entry) learn(entry)
  }
  if (content !== '' && !content.endsWith('\n')) fs.writeSync(open, '\n')
  return {
    known: (lineItem, user) => entries.get(keyOf(lineItem, user)) ?? { latestMs: 0 },
    add(entry) {
      fs.writeSync(open, `${JSON.stringify(entry)}\n`)
      fs.fsyncSync(open)
      learn(entry)
    },
    [Symbol.dispose]: () => fs.closeSync(open),
  }
}

function writable(file: string): number {
  try {
    return fs.openSync(file, 'a')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new BadCall(
      text(
        `${file} cannot be written (${code}), and a grade that cannot be recorded is not pushed.`,
        `無法寫入 ${file}（${code}）；無法留下紀錄的成績不會送出。`,
      ),
    )
  }
}

function entryIn(line: string): Entry | undefined {
  try {
    const entry = JSON.parse(line)
    const isOurs = typeof entry.lineItem === 'string' && !Number.isNaN(Date.parse(entry.timestamp))
    return isOurs ? entry : undefined
  } catch {
    return undefined
  }
}
