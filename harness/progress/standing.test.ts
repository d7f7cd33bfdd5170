import { describe, expect, it } from 'vitest'
import type { Judgement } from '../core/verdict.ts'
import type { ProgressEvent } from './event.ts'
import { newlyHeld, noteOf } from './note.ts'
import { event, lesson } from './progress.test-data.ts'
import { progressOf, standingIn } from './standing.ts'
import { lessonProgressLines, progressLines } from './tell.ts'

const judgement = (verdict: Judgement['verdict'], hint?: string): Judgement => ({
  verdict,
  durationMs: 1,
  ...(hint !== undefined && { hint: { en: hint, 'zh-TW': hint } }),
})
const checked = (verdicts: Record<string, Judgement>) => ({
  ...{ lesson, lab: 'mine', verdict: 'fails' as const, points: 10, maxPoints: 30 },
  stages: lesson.stages.map(stage => ({
    stage,
    claims: stage.claims.map(claim => ({
      claim,
      judgement: verdicts[claim.id] ?? judgement('fails', 'one'),
    })),
  })),
})
const stamped = (events: object[], minute: number) =>
  events.map(
    (one, index) =>
      ({ ...event(minute, { kind: 'active' }), ...one, id: `${minute}-${index}` }) as ProgressEvent,
  )

describe('what a check adds', () => {
  it('is what holds for the first time on its lab', () => {
    const seen = checked({ north: judgement('holds'), a: judgement('holds') })
    const events = noteOf(seen, [])
    expect(events).toEqual([
      { kind: 'checked', lesson: 'day-99', lab: 'mine', verdict: 'fails', points: 10, maxPoints: 30 },
      { kind: 'held', lesson: 'day-99', lab: 'mine', claims: ['north', 'a'] },
    ])
    const known = stamped(events, 0)
    expect(noteOf(seen, known).map(({ kind }) => kind)).toEqual(['checked'])
    expect(noteOf({ ...seen, lab: 'other' }, known).map(({ kind }) => kind)).toEqual(['checked', 'held'])
    const claims = checked({ b: judgement('holds') }).stages.flatMap(one => one.claims)
    expect(newlyHeld(claims, { lesson: 'day-99', lab: 'mine' }, known)).toMatchObject([{ claims: ['b'] }])
  })

  it('are hints that were asked for, and none that was only shown', () => {
    const seen = checked({ a: judgement('fails', 'one\ntwo'), b: judgement('unknown') })
    expect(noteOf(seen, []).map(({ kind }) => kind)).toEqual(['checked'])
    const events = noteOf(seen, [], { hints: 2 })
    expect(events).toContainEqual({ kind: 'hint', lesson: 'day-99', lab: 'mine', claim: 'a', steps: 2 })
    expect(noteOf(seen, stamped(events, 0), { hints: 2 }).map(({ kind }) => kind)).toEqual(['checked'])
  })
})

describe('how far a learner is', () => {
  const held = (minute: number, ...claims: string[]) => event(minute, { kind: 'held', claims })
  const at = (...events: ProgressEvent[]) => standingIn(lesson, events)

  it('is what once held, whatever holds now', () => {
    const standing = at(held(0, 'north', 'a'), event(20, { kind: 'checked' }), held(21, 'a', 'b'))
    expect(standing.held.get('a')?.at).toBe('2026-11-26T12:00:00.000Z')
    expect(progressOf(at(held(0, 'north')))).toBe('not-begun')
    // Who looked again a minute later is at work on it.
    expect(progressOf(at(held(0, 'north'), event(1, { kind: 'checked' })))).toBe('begun')
    expect(progressOf(at(held(0, 'north', 'a')))).toBe('begun')
    // The switch replaces the bridge, and what is extra is not asked for.
    expect(standing.stagesDone).toEqual(['machines', 'bridge', 'switch'])
    expect(progressOf(standing)).toBe('done')
  })

  it('stays completed when the lesson gets more claims, and names those it had before', () => {
    const whole = event(1, { kind: 'checked', verdict: 'holds', points: 30, maxPoints: 30 })
    const standing = at(held(0, 'north', 'renamed-since'), whole)
    expect(progressOf(standing)).toBe('done')
    expect(standing.formerlyHeld).toEqual(['renamed-since'])
    const screen = { lang: 'en', colour: false, widthColumns: 80 } as const
    expect(lessonProgressLines(standing, screen).join('\n')).toContain('another version of this lesson')
    const ofStage = event(1, { kind: 'checked', verdict: 'holds', stage: 'web' } as never)
    expect(at(ofStage).completed).toBeUndefined()
  })

  it('counts time at work: a longer pause is none', () => {
    const moments = [0, 5, 12, 40, 41].map(minute => event(minute, { kind: 'active' }))
    expect(at(...moments).spentMs).toBe(13 * 60_000)
    expect(at(...moments, ...moments).spentMs).toBe(13 * 60_000)
  })

  it.each(['en', 'zh-TW'] as const)('is told at a glance and in detail, in %s', lang => {
    const events = [held(0, 'north', 'a', 'b'), event(2, { kind: 'hint', claim: 'a', steps: 2 })]
    const screen = { lang, colour: false, widthColumns: 80 }
    const standings = [at(...events), standingIn({ ...lesson, id: 'day-98' }, events)]
    const glance = progressLines(standings, screen).join('\n')
    expect(glance).toContain(lang === 'en' ? '✔ done       day-99  A day' : '✔ 完成      day-99  一天')
    expect(glance).toContain(
      lang === 'en'
        ? '3 of 3 stages, 3 of 4 claims · 2 hints opened · 2 min · last'
        : '3 個階段中完成 3 個，4 項中有 3 項 · 看過 2 個提示 ·',
    )
    const beyond = progressLines([at(...events, held(5, 'c'))], screen).join('\n')
    expect(beyond).toContain(
      lang === 'en' ? '3 of 4 claims · extra: 1 of 1 claim ·' : '4 項中有 3 項 · 延伸：1 項中有 1 項 ·',
    )
    const detail = lessonProgressLines(standings[0]!, screen).join('\n')
    expect(detail).toMatch(
      lang === 'en'
        ? /✔ .*Claim a\n +first 2026-11-2\d, lab mine\n +hints opened: 2/
        : /✔ .*項目 a\n +2026-11-2\d 首次成立，實驗環境 mine\n +看過的提示：2/,
    )
    expect(progressLines([standingIn(lesson, [])], screen).join('\n')).toContain(
      lang === 'en' ? 'Nothing is noted yet' : '還沒有任何記錄',
    )
  })
})
