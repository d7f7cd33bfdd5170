import { describe, expect, it } from 'vitest'
import { same } from '../core/text.ts'
import type { Judgement, Verdict } from '../core/verdict.ts'
import type { ClaimSpec } from '../lesson/lesson.ts'
import { sumUp } from './sum-up.ts'

const claim = (id: string, points: number): ClaimSpec => ({
  id,
  title: same(id),
  points,
  after: [],
  hints: [],
})

const stages = [
  { id: 'one', title: same('One'), claims: [claim('a', 3), claim('b', 5)] },
  { id: 'two', title: same('Two'), claims: [claim('c', 7)] },
]

/** What the claims a, b and c came to. */
function judged(...verdicts: Verdict[]): Map<string, Judgement> {
  return new Map(verdicts.map((verdict, index) => ['abc'[index]!, { verdict, durationMs: index }]))
}

describe('the whole of a check', () => {
  it.each<[Verdict, Verdict[], number]>([
    ['holds', ['holds', 'holds', 'holds'], 15],
    ['fails', ['holds', 'fails', 'waits'], 3],
    ['fails', ['holds', 'fails', 'unknown'], 3],
    ['fails', ['unknown', 'holds', 'fails'], 5],
    ['unknown', ['holds', 'unknown', 'holds'], 10],
    ['unknown', ['unknown', 'unknown', 'unknown'], 0],
    ['fails', ['holds', 'holds', 'waits'], 8],
  ])('%s: %j, %i points', (verdict, verdicts, points) => {
    expect(sumUp(stages, judged(...verdicts))).toMatchObject({ verdict, points, maxPoints: 15 })
  })

  it('has the claims by stage, in the order of the lesson', () => {
    const whole = sumUp(stages, judged('holds', 'fails', 'waits'))
    expect(whole.stages.map(({ stage, claims }) => [stage.id, claims.map(one => one.claim.id)])).toEqual([
      ['one', ['a', 'b']],
      ['two', ['c']],
    ])
    expect(whole.stages[1]?.claims[0]?.judgement).toEqual({ verdict: 'waits', durationMs: 2 })
  })

  it('counts only the stages that were checked', () => {
    expect(sumUp(stages.slice(1), judged('fails', 'fails', 'holds'))).toMatchObject({
      verdict: 'holds',
      points: 7,
      maxPoints: 7,
    })
  })
})
