import { readFileSync } from 'node:fs'
import { BadCall } from '../core/errors.ts'
import { text } from '../core/text.ts'
import { cleanLine } from '../tell/clean.ts'
import { asJson, writeReport } from '../tell/report-file.ts'
import { whyNotWritten } from '../tell/unwritable.ts'
import { asEvent, type ProgressEvent } from './event.ts'
import { addStamped } from './log.ts'

/** One file that holds all of a learner's progress. */
interface Exported {
  schema: 1
  kind: 'ovn-lab-progress'
  exportedAt: string
  events: ProgressEvent[]
}

/** Writes all events to one file, whole or not at all. Throws BadCall where it cannot be written. */
export function exportProgress(to: string, events: ProgressEvent[], now = new Date()): void {
  const whole: Exported = { schema: 1, kind: 'ovn-lab-progress', exportedAt: now.toISOString(), events }
  writeReport(to, asJson(whole))
}

/**
 * Adds what exported files have and `known` has not; the same event in both counts once. Returns how many were added.
 * Throws BadCall, and adds nothing, where one of the files is no export of ours.
 */
export function importProgress(from: string[], known: ProgressEvent[], file?: string): number {
  const ids = new Set(known.map(({ id }) => id))
  const added = from.flatMap(eventsIn).filter(({ id }) => !ids.has(id) && ids.add(id))
  addStamped(added, file)
  return added.length
}

function eventsIn(from: string): ProgressEvent[] {
  const name = cleanLine(from)
  const refused = (why: { en: string; 'zh-TW': string }) =>
    new BadCall(
      text(
        `${name} was not imported: ${why.en}. Nothing has changed.`,
        `沒有匯入 ${name}：${why['zh-TW']}。什麼都沒有改變。`,
      ),
    )
  let whole: Partial<Exported>
  try {
    whole = JSON.parse(readFileSync(from, 'utf8')) as Partial<Exported>
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') throw refused(text('there is no such file', '找不到這個檔案'))
    throw refused(code === undefined ? text('it is not JSON', '它不是 JSON') : whyNotWritten(code))
  }
  if (whole?.kind !== 'ovn-lab-progress' || !Array.isArray(whole.events))
    throw refused(text('it is not what “progress export” writes', '它不是「progress export」產生的檔案'))
  if (whole.schema !== 1)
    throw refused(text('a later version of ovn-lab wrote it', '它是較新版本的 ovn-lab 寫的'))
  const events = whole.events.map(asEvent)
  if (events.some(event => event === undefined))
    throw refused(text('some of its events are broken', '裡面有損毀的記錄'))
  return events as ProgressEvent[]
}
