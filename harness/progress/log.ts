import { randomUUID } from 'node:crypto'
import * as fs from 'node:fs'
import { dirname, join } from 'node:path'
import { BadCall } from '../core/errors.ts'
import { makeFolder } from '../core/make-folder.ts'
import { stateFolder } from '../core/state-folder.ts'
import { type Text, text } from '../core/text.ts'
import { cleanLine } from '../tell/clean.ts'
import { whyNotWritten } from '../tell/unwritable.ts'
import { asEvent, type NewEvent, type ProgressEvent } from './event.ts'

/** Where a learner's progress is kept. */
export const progressFile = (env = process.env): string => join(stateFolder(env), 'progress.jsonl')

/** False where the learner, or who runs checks by the hundred, wants none: OVN_LAB_PROGRESS=off. */
export const isKept = (env = process.env): boolean => env.OVN_LAB_PROGRESS !== 'off'

/** What is known of a learner, in the order of time, and what is to be said of the file. */
export interface Known {
  events: ProgressEvent[]
  /** A part of the file could not be read: it was put aside. */
  asideAs?: Text
}

/**
 * All events of the file; none where there is no file. One with lines that cannot be read is put aside under another
 * name, and what could be read of it goes on. Throws BadCall where the file cannot be read at all.
 */
export function readProgress(file = progressFile()): Known {
  const { events, broken } = sayingWhy(file, () => parsed(file))
  if (broken === 0) return { events }
  const aside = `${file}.broken-${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}-${process.pid}`
  sayingWhy(file, () => putAside(file, aside))
  const { events: whole } = sayingWhy(file, () => parsed(file))
  if (!fs.existsSync(aside)) return { events: whole }
  const [name, kept] = [cleanLine(file), cleanLine(aside)]
  return {
    events: whole,
    asideAs: text(
      `${name} had ${broken} broken line${broken === 1 ? '' : 's'}: the file is kept as ${kept}, and what could be read of it is still counted.`,
      `${name} 有 ${broken} 行損毀：原檔保留為 ${kept}，讀得到的部分仍然計入。`,
    ),
  }
}

/** Adds events, stamped with an id and the time. Throws BadCall where they cannot be written. */
export function addProgress(events: NewEvent[], file = progressFile(), now = new Date()): void {
  const stamped = events.map(
    event => ({ id: randomUUID(), at: now.toISOString(), ...event }) as ProgressEvent,
  )
  addStamped(stamped, file)
}

/** Adds events of another file as they are. */
export function addStamped(events: ProgressEvent[], file = progressFile()): void {
  if (events.length > 0) sayingWhy(file, () => write(file, events))
}

/**
 * Gives the file another name; what could be read of it takes its place. Nothing is changed where that cannot be written: a
 * full disk is known before the file has another name.
 */
function putAside(file: string, aside: string): void {
  const whole = `${aside}.whole`
  try {
    const { events } = parsed(file)
    write(whole, events)
    if (!renamed(file, aside)) return
    const isHere = linked(whole, file)
    // Read again under its new name: who wrote before had this one open, and who writes from now on sees it is gone.
    const ids = new Set(isHere ? events.map(({ id }) => id) : [])
    const others = parsed(aside).events.filter(({ id }) => !ids.has(id))
    if (others.length > 0) write(file, others)
  } finally {
    fs.rmSync(whole, { force: true })
  }
}

/** A second name, which takes no room on the disk; false where another process has made a file there. */
function linked(from: string, to: string): boolean {
  try {
    fs.linkSync(from, to)
    return true
  } catch (cause) {
    // Of a file system that knows no second names, such as FAT, it is written once more.
    if (['EEXIST', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP'].includes((cause as NodeJS.ErrnoException).code ?? ''))
      return false
    throw cause
  }
}

/** False where another process was faster. */
function renamed(file: string, aside: string): boolean {
  try {
    fs.renameSync(file, aside)
    return true
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw cause
  }
}

/**
 * One write(2) at the end of the file, which the kernel does as a whole for files of this computer: two processes lose
 * nothing. Where the file was put aside meanwhile, it is written to the one that took its place.
 */
function write(file: string, events: ProgressEvent[]): void {
  makeFolder(dirname(file))
  const lines = Buffer.from(events.map(event => `${JSON.stringify(event)}\n`).join(''))
  for (;;) {
    const open = fs.openSync(file, 'a+', 0o600)
    try {
      const { size, ino } = fs.fstatSync(open)
      fs.writeFileSync(open, endsWhole(open, size) ? lines : Buffer.concat([Buffer.from('\n'), lines]))
      fs.fdatasyncSync(open)
      if (fs.statSync(file, { throwIfNoEntry: false })?.ino === ino) return
    } finally {
      fs.closeSync(open)
    }
  }
}

/** False where a crash, or a full disk, left half a line at the end. */
function endsWhole(open: number, size: number): boolean {
  const last = Buffer.alloc(1)
  return size === 0 || (fs.readSync(open, last, 0, 1, size - 1) === 1 && last[0] === 0x0a)
}

function parsed(file: string): { events: ProgressEvent[]; broken: number } {
  if (!fs.existsSync(file)) return { events: [], broken: 0 }
  const lines = fs.readFileSync(file, 'utf8').split('\n')
  // What stands behind the last line break is being written just now, or was left by a crash: it is no line yet.
  lines.pop()
  const events = new Map<string, ProgressEvent>()
  let broken = 0
  for (const line of lines) {
    if (line === '') continue
    const event = eventIn(line)
    if (event) events.set(event.id, event)
    else broken++
  }
  return { events: inTime([...events.values()]), broken }
}

/** Events in the order of time. */
export const inTime = (events: ProgressEvent[]): ProgressEvent[] =>
  events.sort((one, other) => Date.parse(one.at) - Date.parse(other.at))

function eventIn(line: string): ProgressEvent | undefined {
  try {
    return asEvent(JSON.parse(line))
  } catch {
    return undefined
  }
}

function sayingWhy<Result>(file: string, action: () => Result): Result {
  try {
    return action()
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === undefined) throw cause
    const [name, why] = [cleanLine(file), whyNotWritten(code)]
    const sentence = text(
      `Your progress in ${name} cannot be read or written: ${why.en}.`,
      `無法讀寫 ${name} 裡的學習進度：${why['zh-TW']}。`,
    )
    throw Object.assign(new BadCall(sentence), { cause })
  }
}
