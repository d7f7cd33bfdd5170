import type { Judgement, Verdict } from '../judge/verdict.ts'
import type { ClaimSpec, Lesson } from '../lesson/lesson.ts'
import { same, text } from '../say/text.ts'
import type { Fault } from './fault.ts'
import { judgeFault } from './judge-fault.ts'
import { faultFinding } from './prove-fault.ts'
import type { LessonProof } from './result.ts'

const claim = (id: string, after: string[] = [], more: Partial<ClaimSpec> = {}): ClaimSpec => ({
  id,
  title: text(`Title of ${id}`, `${id} 的標題`),
  points: 1,
  after,
  hints: [text('Look there.', '看那裡。')],
  ...more,
})

/** given → switch → mapping → ping, and wire after ping. */
export const claims: ClaimSpec[] = [
  claim('given', [], { given: true, points: 0 }),
  claim('switch'),
  claim('mapping', ['switch']),
  claim('ping', ['given', 'mapping']),
  claim('wire', ['ping']),
]

export const lesson: Lesson = {
  id: 'day-99',
  folder: '/nowhere',
  title: text('A lesson', '一個課程'),
  stages: [{ id: 'only', title: text('The only stage', '唯一的階段'), claims }],
}

export const fault = (id: string, fails: string[], link = `node · ${fails[0]}`): Fault => ({
  id,
  mistake: text(`Mistake <${id}>`, `錯誤 <${id}>`),
  do: [{ on: 'controller', run: 'true' }],
  repair: [{ on: 'controller', run: 'true' }],
  fails,
  link,
})

/** Judgements by the first letters of their verdicts, in the order of the claims: `hfwww`. */
export function judged(letters: string): Map<string, Judgement> {
  const verdicts: Record<string, Verdict> = { h: 'holds', f: 'fails', w: 'waits', u: 'unknown' }
  return new Map(
    claims.map(({ id }, at) => {
      const verdict = verdicts[letters[at] ?? '']!
      const saw = verdict === 'unknown' ? same('nobody answers') : same(`saw of ${id}`)
      return [id, { verdict, where: `node · ${id}`, saw, durationMs: 1 }]
    }),
  )
}

const seenAs = (one: Fault, letters: string) => {
  const seen = judgeFault(claims, one, judged(letters))
  const verdict = seen.isCaught ? 'holds' : 'fails'
  return { ...faultFinding(one, verdict, seen.complaints), seen, durationMs: 1500 }
}

/** Caught and named; caught and not named; breaks nothing; never tried. */
export const proof: LessonProof = {
  lesson,
  labs: 'embedded',
  verdict: 'fails',
  isPartial: false,
  findings: [
    {
      phase: 'lint',
      id: 'lint',
      title: text('the lesson’s texts', '課程的文字'),
      verdict: 'holds',
      sentences: [],
      durationMs: 12,
    },
    seenAs(fault('no-mapping', ['mapping']), 'hhfww'),
    seenAs(fault('elsewhere', ['switch'], 'another · place'), 'hfwww'),
    seenAs(fault('harmless', ['ping']), 'hhhhh'),
    faultFinding(fault('lab-gone', ['ping']), 'unknown', [text('lab died ]]> here', '實驗環境停了')]),
  ],
  flips: 0,
  durationMs: 61_234,
}
