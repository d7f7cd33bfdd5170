import { describe, expect, it } from 'vitest'
import { BadCall } from '../core/errors.ts'
import { latePoints, lateRule, momentOf } from './rules.ts'

const deadline = momentOf('2026-12-01T23:59+08:00')
const rule = (late: string) => ({ deadline, late: lateRule(late), count: 'best' as const })

describe('the late rule', () => {
  it.each([
    ['10%/day', '2026-12-01T15:59:00Z', 0],
    ['10%/day', '2026-12-01T15:59:01Z', 8],
    ['10%/day', '2026-12-02T15:59:00Z', 8],
    ['10%/day', '2026-12-02T15:59:01Z', 16],
    ['10%/day', '2027-12-02T15:59:01Z', 80],
    ['1%/hour', '2026-12-01T18:00:00Z', 2.4],
    ['25%', '2027-01-01T00:00:00Z', 20],
  ])('%s, work of %s: %d of 80 points are taken off', (late, at, off) => {
    expect(latePoints(80, at, rule(late))).toBe(off)
  })

  it('takes nothing off without a deadline', () => {
    expect(latePoints(80, '2030-01-01T00:00:00Z', { late: lateRule('10%'), count: 'last' })).toBe(0)
  })

  it.each(['10', 'ten%', '10%/week', '101%', '-5%'])('refuses %s', words => {
    expect(() => lateRule(words)).toThrow(BadCall)
  })

  it.each(['tomorrow', '2026-12-01', '2026-12-01T23:59'])(
    'refuses the moment %s: it has no time zone',
    words => {
      expect(() => momentOf(words)).toThrow(BadCall)
    },
  )
})
