import { type Lang, text } from '../core/text.ts'
import { isJudgedOtherwise, isWorthOther, type Moved } from '../grade/moved.ts'
import { cleanLine } from '../tell/clean.ts'
import type { Opening } from '../tell/teller.ts'
import { WORD } from '../tell/wording.ts'

const NOTHING = text('No verdict or place has changed.', '沒有判定或位置改變。')
const NO_CLAIM = text('no such claim', '沒有這一項')

/**
 * What today's checks say otherwise than those of the day a class was graded, a line each, and why; and, a line for the whole
 * class, which claims are worth other points now. Ends with a line break.
 */
export function movedLines({ id, stages }: Opening['lesson'], moved: Moved[], lang: Lang): string {
  const titles = new Map(stages.flatMap(stage => stage.claims.map(({ id, title }) => [id, title[lang]])))
  const lineOf = (of: string, claim: string, was: string, is: string, why: string) =>
    `  ${cleanLine(`${of}${titles.get(claim) ?? claim}: ${was} → ${is} (${why})`, { lang, limit: 400 })}`
  const state = (one: Moved['was']) =>
    one ? [WORD[one.verdict][lang], one.where].filter(Boolean).join(' · ') : NO_CLAIM[lang]
  const verdicts = moved
    .filter(isJudgedOtherwise)
    .map(({ student, attempt, claim, was, is, why }) =>
      lineOf(`${student}.${attempt} · `, claim, state(was), state(is), why[lang]),
    )
  const worth = (one: Moved['was']) =>
    text(`${one?.maxPoints} ${one?.maxPoints === 1 ? 'point' : 'points'}`, `${one?.maxPoints} 分`)[lang]
  const points = new Set(
    moved
      .filter(isWorthOther)
      .map(({ claim, was, is, why }) => lineOf('', claim, worth(was), worth(is), why[lang])),
  )
  const changed = text(
    `${verdicts.length} verdicts or places have changed:`,
    `有 ${verdicts.length} 項判定或位置改變了：`,
  )
  const worthOther = text(
    `${points.size} ${points.size === 1 ? 'claim is' : 'claims are'} worth other points now:`,
    `有 ${points.size} 項的配分改變了：`,
  )
  return [
    `${id} · ${verdicts.length > 0 ? changed[lang] : NOTHING[lang]}`,
    ...verdicts,
    ...(points.size > 0 ? [`${id} · ${worthOther[lang]}`, ...points] : []),
    '',
  ].join('\n')
}
