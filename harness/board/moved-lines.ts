import { type Lang, text } from '../core/text.ts'
import type { Moved } from '../grade/moved.ts'
import { cleanLine } from '../tell/clean.ts'
import type { Opening } from '../tell/teller.ts'
import { WORD } from '../tell/wording.ts'

const NOTHING = text('No verdict or place has changed.', '沒有判定或位置改變。')
const NO_CLAIM = text('no such claim', '沒有這一項')

/** What today's checks say otherwise than those of the day a class was graded, a line each, and why. Ends with a line break. */
export function movedLines({ id, stages }: Opening['lesson'], moved: Moved[], lang: Lang): string {
  if (moved.length === 0) return `${id} · ${NOTHING[lang]}\n`
  const titles = new Map(stages.flatMap(stage => stage.claims.map(({ id, title }) => [id, title[lang]])))
  const state = (one: Moved['was']) =>
    one ? [WORD[one.verdict][lang], one.where].filter(Boolean).join(' · ') : NO_CLAIM[lang]
  const lines = moved.map(({ student, attempt, claim, was, is, why }) =>
    cleanLine(
      `  ${student}.${attempt} · ${titles.get(claim) ?? claim}: ${state(was)} → ${state(is)} (${why[lang]})`,
      { lang, limit: 400 },
    ),
  )
  const head = text(
    `${moved.length} verdicts or places have changed:`,
    `有 ${moved.length} 項判定或位置改變了：`,
  )
  return `${id} · ${head[lang]}\n${lines.join('\n')}\n`
}
