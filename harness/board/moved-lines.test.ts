import { expect, it } from 'vitest'
import { someBundle } from '../bundle/bundle.testing.ts'
import { judgeRecording, lessonToGrade, verdictsOf } from '../grade/judge-bundle.ts'
import { emptyRecording } from '../grade/look-at-student.ts'
import { movedIn } from '../grade/moved.ts'
import { movedLines } from './moved-lines.ts'

const graded = await lessonToGrade('day-06')
const closing = await judgeRecording(graded, emptyRecording('a', { reason: { en: 'off', 'zh-TW': '關機' } }))
const [first, second, ...others] = Object.entries(verdictsOf(closing))

const lines = (judged: Record<string, unknown>, students = ['a', 'b']) => {
  const of = (student: string) =>
    movedIn(someBundle(student, { judged: judged as never }), closing, graded.lesson)
  return movedLines(closing.lesson, students.flatMap(of), 'en').split('\n')
}
const with_ = (one: object, other: object = second![1]) =>
  Object.fromEntries([[first![0], one], [second![0], other], ...others])

it('a claim that is worth other points now is told once for the class, verdicts for each student', () => {
  const worth = { ...first![1], maxPoints: (first![1].maxPoints ?? 0) + 2 }
  const told = lines(with_(worth))
  expect(told.slice(0, 2)).toEqual([
    'day-06 · No verdict or place has changed.',
    'day-06 · 1 claim is worth other points now:',
  ])
  expect(told[2]).toMatch(/^ {2}\S.*: 2 points → 0 points \(the checks of day-06 have changed since/)
  expect(told).toHaveLength(4)
  const both = lines(with_(worth, { ...second![1], verdict: 'holds' }))
  expect(both[0]).toBe('day-06 · 2 verdicts or places have changed:')
  expect(both[1]).toMatch(/^ {2}a\.1 · .*: holds → unknown/)
  expect(both[3]).toBe('day-06 · 1 claim is worth other points now:')
})

it('of bundles that do not say what a claim was worth nothing is said of it', () => {
  const { maxPoints: _, ...older } = first![1]
  expect(lines(with_(older))).toEqual(['day-06 · No verdict or place has changed.', ''])
})
