import { same, text } from '../core/text.ts'
import type { Judgement, Verdict } from '../core/verdict.ts'
import type { ClaimSpec, Lesson } from '../lesson/lesson.ts'
import { loadTopology } from '../topology/load-topology.ts'
import { judgeTrial } from './judge-trial.ts'
import { trialFinding } from './prove-trial.ts'
import type { ProofReport } from './report.ts'
import type { LessonProof, TrialFinding } from './result.ts'
import type { Fault, Lie, Trial, Variation } from './trial.ts'

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
  topology: await loadTopology(),
  title: text('A lesson', '一個課程'),
  values: {},
  causes: {},
  stages: [{ id: 'only', title: text('The only stage', '唯一的階段'), claims }],
}

const steps = [{ on: 'controller', run: 'true' }]
const done = (id: string, title: string) => ({
  id,
  title: text(`${title} <${id}>`, `${title === 'Mistake' ? '錯誤' : '所做的'} <${id}>`),
  at: 'only',
  do: steps,
  repair: steps,
})

export const fault = (id: string, fails: string[], where = `node · ${fails[0]}`): Fault => ({
  ...done(id, 'Mistake'),
  kind: 'faults',
  fails,
  where,
})

export const variation = (id: string, more: Partial<Variation> = {}): Variation => ({
  ...done(id, 'Done'),
  kind: 'variations',
  ...more,
})

export const lie = (id: string, mustNotHold: string[]): Lie => ({
  ...done(id, 'Built'),
  kind: 'lies',
  mustNotHold,
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

const seenAs = (one: Trial, letters: string) => {
  const seen = judgeTrial(claims, one, judged(letters))
  const verdict = seen.isRight ? 'holds' : 'fails'
  return { ...trialFinding(one, verdict, seen.complaints), seen, durationMs: 1500 }
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
    trialFinding(fault('lab-gone', ['ping']), 'unknown', [text('lab died ]]> here', '實驗環境停了')]),
  ],
  flips: 0,
  durationMs: 61_234,
}

const notForHere: TrialFinding = {
  ...trialFinding(
    variation('needs-more', { onlyOn: { command: 'tcsh', why: text('It needs it.', '需要它。') } }),
    'holds',
    [],
  ),
  isElsewhere: true,
}

/** The same with variations that are harmless, harm, and are about other labs; and lies that are seen through and believed. */
export const wholeProof: LessonProof = {
  ...proof,
  findings: [
    ...proof.findings,
    seenAs(variation('two-bridges'), 'hhhhh'),
    seenAs(variation('harms'), 'hhhfw'),
    notForHere,
    seenAs(lie('bypass', ['ping']), 'hhhfw'),
    seenAs(lie('believed', ['ping', 'wire']), 'hhhhf'),
  ],
}

/** With a second kind of labs that answers two things differently, and a third that could not be had. */
export const reported: ProofReport = {
  proofs: [proof, { ...wholeProof, labs: 'qemu', madeOf: 'OVN 1' }],
  unprovoked: ['mac-twice'],
  unavailable: [{ labs: 'embedded@sid', reason: text('no mirror', '沒有鏡像站') }],
  comparisons: [
    {
      lesson: 'day-99',
      labs: ['embedded', 'qemu'],
      statesCount: 3,
      differences: [
        { state: 'untouched', claim: 'switch', part: 'saw', values: ['a', 'b'] },
        {
          state: 'no-mapping',
          claim: 'ping',
          part: 'where',
          values: ['here', 'there'],
          why: text('kernels differ', '核心不同'),
        },
      ],
    },
  ],
}
