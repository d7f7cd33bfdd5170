import { describe, expect, it } from 'vitest'
import { same } from '../core/text.ts'
import type { Judgement, Verdict } from '../core/verdict.ts'
import type { StageSpec } from '../lesson/lesson.ts'
import { withoutUnbegun, withReplaced } from './aside.ts'

const stage = (id: string, more: Partial<StageSpec> = {}): StageSpec => ({
  id,
  title: same(id),
  claims: [1, 2].map(n => ({ id: `${id}${n}`, title: same(id), points: 1, after: [], hints: [] })),
  ...more,
})
/** `b`: it fails, but what it is about is there. */
const judgementOf = (letter: string): Judgement => ({
  ...{ verdict: VERDICT[letter]!, hint: same('Do it'), durationMs: 1 },
  ...(letter === 'b' && { isBegun: true }),
})
const VERDICT: Record<string, Verdict> = { h: 'holds', f: 'fails', w: 'waits', u: 'unknown', b: 'fails' }

/** What claims come to, by the first letters of their verdicts, two a stage; then what is set aside, by letters too. */
function letters(stages: StageSpec[], words: string, set = withReplaced): string {
  const claims = stages.flatMap(({ claims }) => claims)
  const judged = new Map(
    claims.map(({ id }, at): [string, Judgement] => [id, judgementOf(words.replaceAll(' ', '')[at]!)]),
  )
  const told = set(stages, judged)
  const said = claims.map(({ id }) => told.get(id)!).map(({ verdict, aside }) => (aside ?? verdict)[0])
  return [0, 2, 4].map(at => said.slice(at, at + 2).join('')).join(' ')
}

describe('what a later stage replaces', () => {
  const stages = [stage('bridge'), stage('switch', { replaces: ['bridge'] }), stage('reach')]

  it.each([
    ['is asked for while nothing stands in its place', 'hf ww ww', 'hf ww ww'],
    ['stands until it is taken away', 'hh ff ww', 'hh ff ww'],
    ['fails nobody who is about to replace it', 'fw hf ww', 'bb hf ww'],
    ['is replaced once all of that holds, whatever comes after', 'fw hh ff', 'rr hh ff'],
    ['may stand on beside it', 'hh hh hh', 'hh hh hh'],
    ['is not asked for where it could not be looked at', 'uu hh hh', 'rr hh hh'],
    ['stays unknown where what replaces it does not hold yet', 'uf hf ww', 'ub hf ww'],
  ])('%s', (_, judged, told) => expect(letters(stages, judged)).toBe(told))

  it('may replace another before', () => {
    const chain = [stage('a'), stage('b', { replaces: ['a'] }), stage('c', { replaces: ['b'] })]
    expect(letters(chain, 'ff ff hh')).toBe('rr rr hh')
  })
})

describe('an extra stage', () => {
  const stages = [stage('one'), stage('two'), stage('extra', { extra: true })]

  it.each([
    ['is not begun while nothing of it holds', 'hh hh ff', 'hh hh nn'],
    ['nor where it waits for others', 'hh fw ww', 'hh fw nn'],
    ['is judged like others once something of it holds', 'hh hh hf', 'hh hh hf'],
    ['is judged as well where something of it is there and wrong', 'hh hh bw', 'hh hh fw'],
    ['is unknown where it could not be looked at', 'hh hh uu', 'hh hh uu'],
  ])('%s', (_, judged, told) => expect(letters(stages, judged, withoutUnbegun)).toBe(told))
})
