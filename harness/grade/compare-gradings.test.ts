import { describe, expect, it } from 'vitest'
import { same } from '../core/text.ts'
import type { Verdict } from '../core/verdict.ts'
import type { ClassGrade } from './class-grade.ts'
import { compareGradings, tellComparison } from './compare-gradings.ts'

/** A class by student and claim; of each only what is compared. */
const graded = (students: Record<string, Record<string, Verdict>>): ClassGrade => ({
  lesson: {} as ClassGrade['lesson'],
  gradedAt: '2026-12-01T00:00:00Z',
  students: Object.entries(students).map(([id, verdicts]) => {
    const claims = Object.entries(verdicts).map(([claim, verdict]) => ({
      claim: { id: claim },
      judgement: { verdict },
    }))
    return { id, closing: { stages: [{ claims }] } } as unknown as ClassGrade['students'][number]
  }),
})

/** The same, but of these students nothing was seen. */
const without = (grade: ClassGrade, ...ids: string[]): ClassGrade => ({
  ...grade,
  students: grade.students.map(one => (ids.includes(one.id) ? { ...one, unreached: same('off') } : one)),
})

const byMachine = graded({
  s01: { switch: 'holds', ping: 'holds' },
  s02: { switch: 'holds', ping: 'holds' },
  s03: { switch: 'holds', ping: 'unknown' },
  s04: { switch: 'fails', ping: 'waits' },
})
const bySubmission = graded({
  s03: { switch: 'holds', ping: 'fails' },
  s02: { switch: 'fails', ping: 'waits' },
  s01: { switch: 'holds', ping: 'holds' },
  s05: { switch: 'holds', ping: 'holds' },
})

describe('the same students by machine and by submission', () => {
  it('differ by claim, in the order of the board, found by their ids', () => {
    const { differences, students, inOneOnly } = compareGradings(byMachine, bySubmission)
    expect(differences).toEqual([
      { student: 's02', claim: 'switch', machine: 'holds', submission: 'fails' },
      { student: 's02', claim: 'ping', machine: 'holds', submission: 'waits' },
      { student: 's03', claim: 'ping', machine: 'unknown', submission: 'fails' },
    ])
    expect(students).toEqual(['s01', 's02', 's03'])
    expect(inOneOnly).toEqual(['s04', 's05'])
  })

  it('are told as a table', () => {
    const lines = tellComparison(compareGradings(byMachine, bySubmission), 'en')
    expect(lines.slice(0, 2)).toEqual([
      'student  claim   machine  submission',
      's02      switch  holds    fails',
    ])
    expect(lines.slice(-2)).toEqual([
      '3 students graded both ways: 1 the same, 2 with differences.',
      'Graded one way only: s04, s05.',
    ])
  })

  it('of whom one way saw nothing are not compared, claim by claim, with nothing', () => {
    const machines = without(byMachine, 's02', 's04')
    const submissions = without(bySubmission, 's03')
    expect(compareGradings(machines, submissions)).toEqual({
      differences: [],
      students: ['s01'],
      inOneOnly: ['s03', 's02', 's05'],
      inNeither: ['s04'],
    })
    expect(tellComparison(compareGradings(machines, submissions), 'en').at(-1)).toBe(
      'Graded neither way: s04.',
    )
  })

  it('are told to be the same in one sentence', () => {
    const one = graded({ s01: { ping: 'fails' } })
    expect(tellComparison(compareGradings(one, one), 'en')).toEqual([
      '1 student graded both ways: 1 the same, 0 with differences.',
    ])
  })
})
