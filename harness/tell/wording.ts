import type { HopVerdict } from '../core/hop.ts'
import { joined, type Text, text } from '../core/text.ts'
import type { Judgement, Verdict } from '../core/verdict.ts'
import type { StageSpec } from '../lesson/lesson.ts'
import type { ExtraTally } from './tally.ts'
import type { Leftover } from './teller.ts'

/** Between a label and what it labels. */
export const COLON = text(': ', '：')

/** Every verdict has a sign and a word: colour is never the only difference. */
export const SIGN: Record<Verdict, string> = { holds: '✔', fails: '✘', unknown: '?', waits: '⋯' }

export const WORD: Record<Verdict, Text> = {
  holds: text('holds', '成立'),
  fails: text('fails', '不成立'),
  unknown: text('unknown', '無法查看'),
  waits: text('waits', '等待中'),
}

/** In place of a verdict that may be out of date: it is being looked at again. */
export const LOOKING_SIGN = '~'
export const LOOKING = text('looking', '查看中')

/** The mark of a hop; each differs without colour. */
export const HOP_SIGN: Record<HopVerdict, string> = {
  ok: SIGN.holds,
  broken: SIGN.fails,
  unknown: SIGN.unknown,
  unreached: SIGN.waits,
}

/** What is said of a hop that has nothing else to say. */
export const hopWord = {
  unreached: text('not reached', '沒有到達'),
  unknown: text('unknown', '無法查看'),
} satisfies Partial<Record<HopVerdict, Text>>

/** When a packet was heard, after it was sent. `withinMs`: it was told by another clock, and may be wrong by so much. */
export const heardAfter = (ms: number, withinMs?: number): Text => {
  const after = withinMs === undefined ? ms.toFixed(1) : `${ms.toFixed(1)} ± ${withinMs.toFixed(1)}`
  return text(`after ${after} ms`, `${after} 毫秒後`)
}

export const LABEL = {
  expected: text('Expected', '預期'),
  saw: text('Saw', '看到'),
  why: text('Why', '原因'),
  where: text('Where', '位置'),
  try: text('Try', '試試'),
  hint: text('Hint', '提示'),
  report: text('Report', '回報'),
} satisfies Record<string, Text>

export const defect = text(
  'This is a bug in the checker itself; it says nothing about your work.',
  '這是檢查程式本身的 bug，不代表你做錯了什麼。',
)

export const reportAt = text(
  'Check again with --json FILE, and report the bug with that file to the project that gave you ovn-lab.',
  '請加上 --json FILE 再檢查一次，附上該檔，向提供 ovn-lab 的專案回報。',
)

/** In seconds, as we tell them everywhere. */
export const inSeconds = (ms: number): string => (ms / 1000).toFixed(1)

/** “1 claim”, “2 claims”. */
export const count = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`

export const leftOut = (characters: number): Text =>
  text(`… (${characters} more characters left out)`, `…（另有 ${characters} 個字元未顯示）`)

export const quoted = (title: Text): Text => text(`“${title.en}”`, `「${title['zh-TW']}」`)

export const labLine = (lesson: string, lab: string): Text =>
  text(`${lesson} · lab ${lab}`, `${lesson} · 實驗環境 ${lab}`)

/** What stood behind the verdicts. */
export const seenIn = (witnesses: Text[]): Text => {
  const list = joined(witnesses)
  return text(`Seen in: ${list.en}.`, `依據：${list['zh-TW']}。`)
}

/** That no machine was asked: what was judged had been kept in a file. `takenAt` is ISO 8601, UTC. */
export function fromRecording(takenAt: string): Text {
  const at = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)/.exec(takenAt)
  const [when, whenZh] = at ? [` of ${at[1]} ${at[2]} UTC`, `（${at[1]} ${at[2]} UTC）`] : ['', '']
  return text(
    `Judged from a recording${when}: no machine was inspected.`,
    `依據錄下的內容${whenZh}判定，沒有查看任何機器。`,
  )
}

export const waitsFor = (title: Text): Text =>
  text(`for ${quoted(title).en}`, `等待${quoted(title)['zh-TW']}成立`)

/** What a claim that waits has to say: the claim it waits for, or why nobody asks for it now. */
export const whyWaits = ({ saw, aside }: Pick<Judgement, 'saw' | 'aside'>): Text | undefined =>
  saw && aside === undefined ? waitsFor(saw) : saw

/** Several claims of a stage that all wait for the same. */
export const waitTogether = (claims: number, why: Text): Text =>
  text(`${claims} claims, ${why.en}`, `${claims} 個項目，${why['zh-TW']}`)

/** The title of an extra stage says that it is one. */
export const stageTitle = ({ title, extra }: Pick<StageSpec, 'title' | 'extra'>): Text =>
  extra ? text(`${title.en} (extra)`, `${title['zh-TW']}（延伸）`) : title

export const sameReason = {
  above: text('same reason as above', '原因同上'),
  at: (title: Text): Text =>
    text(`same reason as for ${quoted(title).en}`, `原因和${quoted(title)['zh-TW']}相同`),
}

/** Where the chain is broken first. */
export const brokenAt = (where: string): Text =>
  text(`First broken link: ${where}`, `第一個斷掉的環節：${where}`)

/** What another lesson built, and this one finds in its way. */
export const leftOver = ({ lesson, claims }: Leftover): Text => {
  const { en, 'zh-TW': zh } = joined(claims.map(({ title }) => quoted(title)))
  return text(
    `${lesson.id}, ${quoted(lesson.title).en}, asks for something that is here: ${en}. If it is left over from there, remove it:`,
    `這裡有 ${lesson.id}${quoted(lesson.title)['zh-TW']}要求的內容：${zh}。如果是那一課留下來的，請移除：`,
  )
}

/** How many claims came to each verdict. */
export type Tally = Record<Verdict, number>

/** “11 of 19 claims hold · 14 of 24 points · 0.8 s”. */
export function countLine(
  tally: Tally,
  told: { points: number; maxPoints: number; durationMs: number },
  extra?: ExtraTally,
): Text {
  const { en, 'zh-TW': zh } = standingLine(tally, told, extra)
  const seconds = inSeconds(told.durationMs)
  return text(`${en} · ${seconds} s`, `${zh} · ${seconds} 秒`)
}

/** “11 of 19 claims hold · 14 of 24 points”. */
export function standingLine(
  tally: Tally,
  told: { points: number; maxPoints: number },
  extra?: ExtraTally,
): Text {
  const total = tally.holds + tally.fails + tally.unknown + tally.waits
  const [more, moreZh] = extra
    ? [
        ` · extra: ${extra.points} of ${count(extra.maxPoints, 'point', 'points')}`,
        ` · 延伸：${extra.maxPoints} 分中得 ${extra.points} 分`,
      ]
    : ['', '']
  return text(
    `${tally.holds} of ${count(total, 'claim holds', 'claims hold')} · ${told.points} of ${count(told.maxPoints, 'point', 'points')}${more}`,
    `${total} 項中有 ${tally.holds} 項成立 · ${told.maxPoints} 分中得 ${told.points} 分${moreZh}`,
  )
}

/** The verdict in words. `isWhole` is false when only some stages were checked. */
export function verdictLine(verdict: Verdict, tally: Tally, isWhole: boolean, extra?: ExtraTally): Text {
  if (verdict === 'holds' && extra)
    return text(
      `Complete · extra: ${extra.holds} of ${count(extra.claims, 'claim', 'claims')}`,
      `完成 · 延伸：${extra.claims} 項中有 ${extra.holds} 項`,
    )
  if (verdict === 'holds')
    return isWhole
      ? text('Every claim holds.', '每一項都成立。')
      : text('Every claim that was checked holds.', '這次檢查的每一項都成立。')
  const unknown = tally.unknown ? `, ${tally.unknown} unknown` : ''
  const unknownZh = tally.unknown ? `，${tally.unknown} 項無法查看` : ''
  const waits = tally.waits ? `, ${count(tally.waits, 'waits', 'wait')}` : ''
  const waitsZh = tally.waits ? `，${tally.waits} 項等待中` : ''
  if (verdict === 'fails')
    return text(
      `Not there yet: ${count(tally.fails, 'claim fails', 'claims fail')}${unknown}${waits}.`,
      `還沒完成：${tally.fails} 項不成立${unknownZh}${waitsZh}。`,
    )
  return text(
    `No verdict yet: ${count(tally.unknown, 'claim is unknown', 'claims are unknown')}${waits}. This says nothing about your work.`,
    `還無法判定：${tally.unknown} 項無法查看${waitsZh}。這不代表你做錯了什麼。`,
  )
}

export const next = {
  fix: (title: Text): Text =>
    text(
      `Start with ${quoted(title).en}, then check again:`,
      `先處理${quoted(title)['zh-TW']}，再檢查一次：`,
    ),
  look: (title: Text): Text =>
    text(
      `First make the lab answer: see Why below ${quoted(title).en}, then check again:`,
      `先讓實驗環境有回應：請看${quoted(title)['zh-TW']}的原因，再檢查一次：`,
    ),
  wait: (title: Text): Text =>
    text(
      `${quoted(title).en} still waits: it is judged as soon as what it waits for holds.`,
      `${quoted(title)['zh-TW']}還在等待中：它等待的項目成立之後就會判定。`,
    ),
  report: text(
    'Please report the bug named above. You need not change anything in the lab.',
    '請回報上面指出的 bug；你不需要在實驗環境裡做任何修改。',
  ),
  elsewhere: (number: number, stage: Text, claim: Text): Text =>
    text(
      `Start with stage ${number}, ${quoted(stage).en}: ${quoted(claim).en} fails.`,
      `請先處理第 ${number} 個階段${quoted(stage)['zh-TW']}：${quoted(claim)['zh-TW']}不成立。`,
    ),
  stage: (number: number, title: Text): Text =>
    text(
      `Continue with stage ${number}, ${quoted(title).en}.`,
      `繼續第 ${number} 個階段${quoted(title)['zh-TW']}。`,
    ),
  extra: (number: number, title: Text): Text =>
    text(
      `This lesson is complete. If you like, go on with stage ${number}, ${quoted(title).en}: it is extra.`,
      `這一課完成了。有興趣的話，可以繼續做第 ${number} 個階段${quoted(title)['zh-TW']}（延伸）。`,
    ),
  done: text('This lesson is complete.', '這一課完成了。'),
}

export const table = {
  claim: text('Claim', '項目'),
  verdict: text('Verdict', '判定'),
  points: text('Points', '分數'),
  saw: text('What was seen', '看到的情形'),
}
