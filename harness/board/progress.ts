import { type Lang, type Text, text } from '../core/text.ts'
import type { Verdict } from '../core/verdict.ts'
import { cleanLine } from '../tell/clean.ts'
import { widthOf } from '../tell/columns.ts'
import { COLON, SIGN, WORD } from '../tell/wording.ts'
import { nameOf, pointsFigure } from './figures.ts'
import { pointsOfAll, words } from './wording.ts'

/** What happens to one student while a class is graded. */
export type GradingEvent =
  | { event: 'started'; id: string; name: string }
  | {
      event: 'finished'
      id: string
      name: string
      verdict: Verdict
      /** null: ungraded. */
      points: number | null
      maxPoints: number
      durationMs: number
      /** Nothing of the machines could be reached. */
      isDead?: boolean
    }

/** How far a grading is. */
export interface Progress {
  total: number
  /** Those that an earlier run had graded included. */
  done: number
  /** Finished by this run: what the time left is reckoned from. */
  doneNow: number
  dead: number
  /** Names by id, who began first before the others. */
  running: ReadonlyMap<string, string>
}

/** A grading of `total` students that begins; `done` of them were graded by an earlier run. */
export const beginning = (total: number, done = 0): Progress => ({
  total,
  done,
  doneNow: 0,
  dead: 0,
  running: new Map(),
})

/** The progress after one more event. */
export function advanced(progress: Progress, event: GradingEvent): Progress {
  const running = new Map(progress.running)
  if (event.event === 'started') return { ...progress, running: running.set(event.id, event.name) }
  running.delete(event.id)
  const dead = progress.dead + (event.isDead ? 1 : 0)
  return { ...progress, running, dead, done: progress.done + 1, doneNow: progress.doneNow + 1 }
}

/** How long the rest takes at the pace so far, in milliseconds; undefined before anybody is finished. */
export function leftMs({ total, done, doneNow }: Progress, elapsedMs: number): number | undefined {
  return doneNow === 0 ? undefined : (elapsedMs / doneNow) * (total - done)
}

/** “12 of 60 done · 8 running · 1 not reached · about 2 min left”. */
export function progressLine(progress: Progress, elapsedMs: number): Text {
  const { total, done, dead, running } = progress
  const left = leftMs(progress, elapsedMs)
  const parts: (Text | undefined)[] = [
    text(`${done} of ${total} done`, `${total} 人中完成 ${done} 人`),
    text(`${running.size} running`, `${running.size} 人進行中`),
    dead > 0 ? text(`${dead} not reached`, `${dead} 人連不到`) : undefined,
    left === undefined || done === total ? undefined : leftWords(left),
  ]
  const told = parts.filter(part => part !== undefined)
  return text(told.map(({ en }) => en).join(' · '), told.map(part => part['zh-TW']).join(' · '))
}

function leftWords(ms: number): Text {
  const seconds = Math.max(1, Math.round(ms / 1000))
  if (seconds < 90) return text(`about ${seconds} s left`, `大約還要 ${seconds} 秒`)
  const minutes = Math.round(seconds / 60)
  return text(`about ${minutes} min left`, `大約還要 ${minutes} 分鐘`)
}

/** “✘ Student One: fails, 34 of 100 points”. */
export function finishedLine(event: GradingEvent & { event: 'finished' }, lang: Lang): string {
  const { verdict, points, maxPoints, isDead } = event
  const told = points === null ? words.ungraded : pointsOfAll(points, maxPoints)
  const word = isDead ? text('not reached', '連不到') : WORD[verdict]
  const between = lang === 'en' ? ', ' : '，'
  return `${SIGN[verdict]} ${nameOf(event)}${COLON[lang]}${word[lang]}${between}${told[lang]} · ${seconds(event.durationMs)}${lang === 'en' ? ' s' : ' 秒'}`
}

const seconds = (ms: number) => pointsFigure(Math.round(ms / 100) / 10)

/** Where progress is shown. */
export interface ProgressPlace {
  write: (words: string) => void
  lang: Lang
  /** A terminal that can redraw a line; elsewhere each finished student has a line of its own, and nothing is redrawn. */
  isTerminal: boolean
  widthColumns: number
  /** Milliseconds of a clock that never goes back. */
  nowMs: () => number
}

/**
 * Shows a running grading of `total` students: on a terminal two lines that are redrawn with each event (and on `tick`, for
 * the time left), elsewhere a line for each finished student. `close` leaves the terminal with nothing half drawn.
 */
export function progressScreen(
  { write, lang, isTerminal, widthColumns, nowMs }: ProgressPlace,
  total: number,
  done = 0,
): { tell(event: GradingEvent): void; tick(): void; close(): void } {
  const startedMs = nowMs()
  let progress = beginning(total, done)
  let drawn = 0
  const erase = () => {
    // To the first line of the block, and everything from there away (ECMA-48: CUU, ED).
    if (drawn > 0) write(`${drawn > 1 ? `\u001b[${drawn - 1}A` : ''}\r\u001b[J`)
    drawn = 0
  }
  const tick = () => {
    if (!isTerminal) return
    const names = [...progress.running.values()].map(name => cleanLine(name, { limit: 40 }))
    const lines = [progressLine(progress, nowMs() - startedMs)[lang], names.join(lang === 'en' ? ', ' : '、')]
    const block = lines.filter(Boolean).map(line => fitted(line, widthColumns - 1))
    erase()
    write(block.join('\n'))
    drawn = block.length
  }
  return {
    tick,
    tell(event) {
      progress = advanced(progress, event)
      if (isTerminal) tick()
      else if (event.event === 'finished') write(`[${progress.done}/${total}] ${finishedLine(event, lang)}\n`)
    },
    close: erase,
  }
}

/** A line that a terminal does not wrap: two lines where one was counted would be redrawn wrongly. */
function fitted(line: string, columns: number): string {
  if (widthOf(line) <= columns) return line
  let kept = ''
  for (const { segment } of new Intl.Segmenter().segment(line)) {
    if (widthOf(`${kept}${segment}…`) > columns) break
    kept += segment
  }
  return `${kept}…`
}
