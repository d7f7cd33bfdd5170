import { describe, expect, it } from 'vitest'
import { same } from '../core/text.ts'
import type { Verdict } from '../core/verdict.ts'
import type { Closing } from '../tell/teller.ts'
import { lateRule, momentOf } from './rules.ts'
import { type Attempt, studentGrade } from './student-grade.ts'

const student = { id: 's01', name: 'Student One' }
const best = { count: 'best' as const }

/** An attempt at a lesson of two stages: claims a (3 points) and b (5), then c (7). */
function attempt(number: number, verdicts: Verdict[], more: Partial<Attempt['bundle']> = {}): Attempt {
  const claims = [3, 5, 7].map((points, at) => ({
    claim: { id: 'abc'[at]!, title: same('abc'[at]!), points, after: [], hints: [] },
    judgement: { verdict: verdicts[at]!, saw: same('out of reach'), durationMs: 1 },
  }))
  const stage = (id: string, its: typeof claims) => ({
    stage: { id, title: same(id), claims: its.map(({ claim }) => claim) },
    claims: its,
  })
  const stages = [stage('one', claims.slice(0, 2)), stage('two', claims.slice(2))]
  const points = claims.reduce(
    (sum, one) => sum + (one.judgement.verdict === 'holds' ? one.claim.points : 0),
    0,
  )
  return {
    bundle: {
      schema: 1,
      student: 's01',
      name: 'Student One',
      lesson: 'day-06',
      attempt: number,
      startedAt: `2026-12-0${number}T10:00:00Z`,
      durationMs: 900,
      reached: 'nodes',
      versions: { node: '20', checker: '0', lesson: '0' },
      judged: {},
      ...more,
    },
    closing: {
      lesson: { id: 'day-06', title: same('Day 06'), stages: stages.map(one => one.stage) },
      lab: 's01',
      lang: 'en',
      verdict: verdicts.includes('fails') ? 'fails' : verdicts.includes('unknown') ? 'unknown' : 'holds',
      points,
      maxPoints: 15,
      durationMs: 900,
      stages,
    } satisfies Closing,
  }
}

const HALF: Verdict[] = ['holds', 'fails', 'waits']
const WHOLE: Verdict[] = ['holds', 'holds', 'holds']
const PARTLY_SEEN: Verdict[] = ['holds', 'holds', 'unknown']
const UNSEEN: Verdict[] = ['unknown', 'unknown', 'unknown']

describe('the grade of one student', () => {
  it('has the points of the claims that hold, by stage', () => {
    expect(studentGrade(student, [attempt(1, HALF)], best)).toMatchObject({
      verdict: 'fails',
      points: 3,
      maxPoints: 15,
      stages: [
        { stage: 'one', points: 3, maxPoints: 8 },
        { stage: 'two', points: 0, maxPoints: 7 },
      ],
    })
  })

  it('is open for the stage in which something is unknown, and so as a whole', () => {
    const grade = studentGrade(student, [attempt(1, PARTLY_SEEN)], best)
    expect(grade).toMatchObject({ verdict: 'unknown', points: null })
    expect(grade.stages.map(({ points }) => points)).toEqual([8, null])
    expect(grade.unreached).toBeUndefined()
  })

  it('says why where nothing could be looked at', () => {
    expect(studentGrade(student, [attempt(1, UNSEEN)], best)).toMatchObject({
      points: null,
      unreached: same('out of reach'),
    })
  })

  it('is open and unknown where the machine is not believed, whatever its claims say', () => {
    const untrusted = [same('ping is not the one of its package')]
    expect(studentGrade(student, [attempt(1, WHOLE, { untrusted })], best)).toMatchObject({
      verdict: 'unknown',
      points: null,
      untrusted,
      stages: [{ points: null }, { points: null }],
    })
  })

  it.each([
    ['best', [WHOLE, HALF], 1, 15],
    ['last', [WHOLE, HALF], 2, 3],
    ['last', [WHOLE, UNSEEN], 1, 15],
    ['best', [PARTLY_SEEN, HALF], 2, 3],
    ['best', [PARTLY_SEEN, UNSEEN], 1, null],
  ] as const)(
    '%s of several: an attempt that could not look costs nothing',
    (count, tries, number, points) => {
      const attempts = tries.map((verdicts, at) => attempt(at + 1, verdicts))
      expect(studentGrade(student, attempts, { count })).toMatchObject({
        attempt: number,
        points,
        attempts: 2,
      })
    },
  )

  it('counts no more attempts than are allowed, those that could not look left out', () => {
    const attempts = [attempt(1, UNSEEN), attempt(2, HALF), attempt(3, WHOLE)]
    expect(studentGrade(student, attempts, { ...best, maxAttempts: 1 })).toMatchObject({
      attempt: 2,
      points: 3,
    })
  })

  it('takes late points off each attempt before the best is chosen', () => {
    const rules = { ...best, deadline: momentOf('2026-12-01T12:00Z'), late: lateRule('50%/day') }
    const attempts = [attempt(1, ['holds', 'holds', 'fails']), attempt(2, WHOLE)]
    expect(studentGrade(student, attempts, rules)).toMatchObject({ attempt: 1, points: 8 })
    expect(studentGrade(student, attempts.slice(1), rules)).toMatchObject({ points: 7.5, latePoints: 7.5 })
  })

  describe('counts lateness', () => {
    const rules = { ...best, deadline: momentOf('2026-12-01T12:00Z'), late: lateRule('10%/day') }
    const handedIn = (at: string, from: 'roster' | 'submission') => ({
      submission: { form: 'scripts' as const, digest: '', handedIn: { at, from }, ran: [] },
    })

    it.each<[string, Attempt[], number, unknown]>([
      [
        'from the first of the attempts that could not look',
        [attempt(1, UNSEEN), attempt(2, PARTLY_SEEN), attempt(3, WHOLE)],
        0,
        { at: '2026-12-01T10:00:00Z', why: 'attempt' },
      ],
      [
        'from the first of them also where that was late itself',
        [attempt(2, UNSEEN), attempt(4, WHOLE)],
        1.5,
        { at: '2026-12-02T10:00:00Z', why: 'attempt' },
      ],
      [
        'from the grading where the one before could look',
        [attempt(1, UNSEEN), attempt(2, HALF), attempt(4, WHOLE)],
        4.5,
        undefined,
      ],
      [
        'from the grading where the machines of the one before were not believed',
        [attempt(1, WHOLE, { untrusted: [same('ping')] }), attempt(2, WHOLE)],
        1.5,
        undefined,
      ],
      [
        'from when commands were handed in',
        [attempt(4, WHOLE, handedIn('2026-12-01T19:59+08:00', 'roster'))],
        0,
        { at: '2026-12-01T19:59+08:00', why: 'roster' },
      ],
      [
        'from the grading where a submission says that it comes from the future',
        [attempt(2, WHOLE, handedIn('2099-01-01T00:00:00Z', 'submission'))],
        1.5,
        undefined,
      ],
    ])('%s', (_, attempts, off, countedFrom) => {
      const { latePoints = 0, ...grade } = studentGrade(student, attempts, rules)
      expect([latePoints, grade.countedFrom]).toEqual([off, countedFrom])
    })
  })
})
