import { type Text, text } from '../core/text.ts'
import { cleanLine, plainIn } from './clean.ts'
import { padEnd, widthOf } from './columns.ts'
import { paints, type Screen } from './screen.ts'
import { countedClaims, extraOf, tallyOf } from './tally.ts'
import type { Closing } from './teller.ts'
import { SIGN } from './wording.ts'

/** How far one is in a lesson; `elsewhere`: it is about machines that this lab does not have. */
export type Progress = 'done' | 'begun' | 'not-begun' | 'unknown' | 'elsewhere'

/** Where one is in the course, on one lab. */
export interface Course {
  lab: string
  lang: Closing['lang']
  standings: {
    lesson: Closing['lesson']
    progress: Progress
    /** What a check of it came to; absent where it is about other machines. */
    closing?: Closing
  }[]
  /** The lesson to go on with; undefined where there is none left on these machines. */
  next?: Closing['lesson']
}

const WORDS: Record<Progress, Text> = {
  done: text('done', '完成'),
  begun: text('begun', '進行中'),
  'not-begun': text('not begun', '還沒開始'),
  unknown: text('unknown', '無法查看'),
  elsewhere: text('other lab', '別的環境'),
}
const MARKS: Record<Progress, { sign: string; tint: 'holds' | 'fails' | 'unknown' | 'waits' }> = {
  done: { sign: SIGN.holds, tint: 'holds' },
  begun: { sign: '▸', tint: 'unknown' },
  'not-begun': { sign: SIGN.waits, tint: 'waits' },
  unknown: { sign: SIGN.unknown, tint: 'unknown' },
  elsewhere: { sign: '-', tint: 'waits' },
}

const ALL_DONE = text('Nothing is left to do here.', '這裡沒有其他要做的了。')
const UNSEEN = text(
  'First make the lab answer. This says nothing about your work.',
  '請先讓實驗環境有回應；這不代表你做錯了什麼。',
)

/** The course as lines for a screen: each lesson, how far one is in it, and what comes next. */
export function courseLines(
  { lab, standings, next }: Course,
  screen: Omit<Screen, 'write'>,
  check: (lessonId: string) => string,
): string[] {
  const { lang, colour } = screen
  const { bold, cyan, dim, tint } = paints(colour)
  const width = Math.max(...Object.values(WORDS).map(word => widthOf(word[lang])))
  const rows = standings.map(({ lesson, progress, closing }) => {
    const { sign, tint: shade } = MARKS[progress]
    const about = progress === 'begun' || progress === 'done' ? `  ${dim(howFar(closing!)[lang])}` : ''
    const why = progress === 'unknown' ? closing && whyUnknown(closing) : undefined
    const lead = tint[shade](`${sign} ${padEnd(WORDS[progress][lang], width)}`)
    const first = `  ${lead}  ${bold(lesson.id)}  ${lesson.title[lang]}${about}`
    return why ? `${first}\n${' '.repeat(width + 6)}${dim(cleanLine(why[lang], { lang }))}` : first
  })
  const head = text(`Where you are in the course · lab ${lab}`, `課程進度 · 實驗環境 ${lab}`)
  const going = next
    ? [`  ${text(`Next: ${next.id}`, `接下來：${next.id}`)[lang]}`, `    ${cyan(check(next.id))}`]
    : [`  ${(standings.some(({ progress }) => progress === 'unknown') ? UNSEEN : ALL_DONE)[lang]}`]
  return ['', `  ${bold(head[lang])}`, '', ...rows, '', ...going, '']
}

/** Why the first claim could not be looked at that could not. */
const whyUnknown = (closing: Closing): Text | undefined =>
  countedClaims(closing).find(({ judgement }) => judgement.verdict === 'unknown')?.judgement.saw

/** “11 of 24 claims, 35 of 100 points · extra: 2 of 5 claims”. */
function howFar(closing: Closing): Text {
  const tally = tallyOf(closing)
  const total = tally.holds + tally.fails + tally.unknown + tally.waits
  const extra = extraOf(closing)
  const [more, moreZh] = extra
    ? [
        ` · extra: ${extra.holds} of ${extra.claims} claims`,
        ` · 延伸：${extra.claims} 項中有 ${extra.holds} 項`,
      ]
    : ['', '']
  return text(
    `${tally.holds} of ${total} claims, ${closing.points} of ${closing.maxPoints} points${more}`,
    `${total} 項中有 ${tally.holds} 項，${closing.maxPoints} 分中得 ${closing.points} 分${moreZh}`,
  )
}

/** The course as plain data, schema 1 (course.schema.json): what `check --json FILE` without a lesson writes. */
export function courseJson({ lab, lang, standings, next }: Course) {
  const { line } = plainIn(lang)
  return {
    schema: 1,
    lab: line(lab),
    lang,
    next: next?.id ?? null,
    lessons: standings.map(({ lesson, progress, closing }) => {
      const extra = closing && extraOf(closing)
      return {
        id: lesson.id,
        title: line(lesson.title),
        progress,
        verdict: closing?.verdict ?? null,
        points: closing?.points ?? null,
        maxPoints: closing?.maxPoints ?? null,
        ...(extra && { extra }),
      }
    }),
  }
}
