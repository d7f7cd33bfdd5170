import { type Lang, type Text, text } from '../core/text.ts'
import { type StageSpec, withoutExtra } from '../lesson/lesson.ts'
import { cleanLine } from '../tell/clean.ts'
import { padEnd, widthOf } from '../tell/columns.ts'
import { layout } from '../tell/layout.ts'
import { paints, type Screen } from '../tell/screen.ts'
import { count, SIGN, stageTitle, WORD } from '../tell/wording.ts'
import { progressOf, type Standing } from './standing.ts'

const WORDS = {
  done: text('done', '完成'),
  begun: text('begun', '進行中'),
  'not-begun': text('not begun', '還沒開始'),
} satisfies Record<string, Text>

const MARKS = {
  done: [SIGN.holds, 'holds'],
  begun: ['▸', 'unknown'],
  'not-begun': [SIGN.waits, 'waits'],
} as const

const HEAD = text('Your progress in the course', '你的課程進度')
const NOTHING = text(
  'Nothing is noted yet. Each check of a lesson is noted here: npm run check day-02',
  '還沒有任何記錄。每次檢查課程都會記下來：npm run check day-02',
)
/** Where the numbers come from, since a check of today may say something else. */
const WHAT_COUNTS = text(
  'What counts is that a claim once held; npm run check says what holds now.',
  '只要曾經成立就算數；現在是否成立，請看 npm run check。',
)

type Place = Omit<Screen, 'write'>

/** The course at a glance: each lesson, with how far the learner has come in it. */
export function progressLines(standings: Standing[], screen: Place): string[] {
  const { lang, colour } = screen
  const { bold, dim, tint } = paints(colour)
  const page = layout(screen)
  const width = Math.max(...Object.values(WORDS).map(word => widthOf(word[lang])))
  const rows = standings.flatMap(standing => {
    const progress = progressOf(standing)
    const [sign, shade] = MARKS[progress]
    const { id, title } = standing.lesson
    const lead = `  ${tint[shade](`${sign} ${padEnd(WORDS[progress][lang], width)}`)}  ${bold(id)}  `
    const indent = width + 6
    const [first = '', ...more] = page.folded(title, widthOf(id) + indent + 2)
    const about = standing.lastAt === undefined ? [] : page.folded(howFar(standing), indent, dim)
    return [lead + first.trimStart(), ...more, ...about]
  })
  const none = standings.every(({ lastAt }) => lastAt === undefined)
  return [
    '',
    `  ${bold(HEAD[lang])}`,
    '',
    ...rows,
    '',
    ...page.folded(none ? NOTHING : WHAT_COUNTS, 2, dim),
    '',
  ]
}

/** One lesson: each stage and claim, when it first held and where, and the hints that were opened. */
export function lessonProgressLines(standing: Standing, screen: Place): string[] {
  const { lang, colour } = screen
  const { bold, dim, tint } = paints(colour)
  const page = layout(screen)
  const { lesson, held, hints, stagesDone, formerlyHeld } = standing
  const width = Math.max(widthOf(WORD.holds[lang]), 5)
  const stages = lesson.stages.flatMap((stage, index) => [
    '',
    ...page.stage(String(index + 1), stageTitle(stage)),
    ...stage.claims.flatMap(({ id, title }) => {
      const first = held.get(id)
      const isReplaced = !first && stagesDone.includes(stage.id)
      const sign = first ? tint.holds(SIGN.holds) : dim(isReplaced ? '-' : SIGN.waits)
      const about = [
        first &&
          text(
            `first ${day(first.at)}, lab ${first.lab}`,
            `${day(first.at)} 首次成立，實驗環境 ${first.lab}`,
          ),
        isReplaced && text('replaced by a later stage', '已由後面的階段取代'),
        hints.has(id) && text(`hints opened: ${hints.get(id)}`, `看過的提示：${hints.get(id)}`),
      ].filter(words => words !== undefined && words !== false)
      const [line = '', ...more] = page.folded(title, width + 2)
      return [
        `  ${sign} ${' '.repeat(width - 2)}${line.trimStart()}`,
        ...more,
        ...about.flatMap(words => page.folded(words, width + 2, dim)),
      ]
    }),
  ])
  const former = formerlyHeld.length
  const kept =
    former > 0
      ? page.folded(
          text(
            `${count(former, 'claim', 'claims')} of another version of this lesson once held: ${formerlyHeld.join(', ')}.`,
            `這一課的其他版本裡有 ${former} 項曾經成立：${formerlyHeld.join('、')}。`,
          ),
          2,
          dim,
        )
      : []
  const head = [`  ${bold(cleanLine(lesson.title[lang]))}`, ...page.folded(howFar(standing), 2, dim)]
  return ['', ...head, ...stages, '', ...kept, ...(kept.length > 0 ? [''] : [])]
}

/** “5 of 9 stages, 22 of 30 claims · extra: 2 of 6 claims · 3 hints opened · 1 h 20 min · done on 2026-11-26”. */
function howFar(standing: Standing): Text {
  const { lesson, stagesDone, held, hints, spentMs, completed, lastAt } = standing
  const steps = [...hints.values()].reduce((sum, n) => sum + n, 0)
  const heldOf = (stages: StageSpec[]) => {
    const claims = stages.flatMap(stage => stage.claims)
    return { claims: claims.length, held: claims.filter(({ id }) => held.has(id)).length }
  }
  // As a check counts: a lesson is complete without what is extra.
  const own = withoutExtra(lesson.stages)
  const counted = heldOf(own)
  const done = own.filter(({ id }) => stagesDone.includes(id)).length
  const extra = heldOf(lesson.stages.filter(stage => stage.extra))
  const parts = [
    text(
      `${done} of ${count(own.length, 'stage', 'stages')}, ${counted.held} of ${count(counted.claims, 'claim', 'claims')}`,
      `${own.length} 個階段中完成 ${done} 個，${counted.claims} 項中有 ${counted.held} 項`,
    ),
    ...(extra.held > 0
      ? [
          text(
            `extra: ${extra.held} of ${count(extra.claims, 'claim', 'claims')}`,
            `延伸：${extra.claims} 項中有 ${extra.held} 項`,
          ),
        ]
      : []),
    ...(steps > 0 ? [text(`${count(steps, 'hint', 'hints')} opened`, `看過 ${steps} 個提示`)] : []),
    ...(spentMs >= 60_000 ? [duration(spentMs)] : []),
    completed
      ? text(`completed ${day(completed.at)}`, `${day(completed.at)} 完成`)
      : text(`last ${day(lastAt ?? '')}`, `最近一次 ${day(lastAt ?? '')}`),
  ]
  const inLang = (lang: Lang) => parts.map(part => part[lang]).join(' · ')
  return text(inLang('en'), inLang('zh-TW'))
}

function duration(ms: number): Text {
  const minutes = Math.floor(ms / 60_000)
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  return hours > 0
    ? text(`${hours} h ${rest} min`, `${hours} 小時 ${rest} 分鐘`)
    : text(`${rest} min`, `${rest} 分鐘`)
}

/** The day of a moment, where the learner is. */
const day = (at: string): string => {
  const date = new Date(at)
  const two = (n: number) => String(n).padStart(2, '0')
  return Number.isNaN(date.getTime())
    ? ''
    : `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}
