import { join } from 'node:path'
import { expect, it } from 'vitest'
import { verifyLedger } from '../bundle/verify.ts'
import { checkout } from '../core/checkout.ts'
import { classOf } from './class-of.ts'
import { evidenceIn } from './evidence.ts'
import { lessonToGrade } from './judge-bundle.ts'

const folder = join(checkout, 'docs/example-class')

it('the example class that everybody can regrade: each row of its board, and nothing has moved', async () => {
  const graded = await lessonToGrade('day-06')
  const { students, attempts } = await evidenceIn([folder])
  const attemptsOf = (id: string) => attempts(id, 'day-06')
  const { grade, moved } = await classOf({
    students,
    graded,
    attemptsOf,
    rules: { count: 'best' },
    given: new Set(),
  })
  const rows = grade.students.map(({ id, verdict, points, untrusted, unreached, sameMachineAs = [] }) => [
    id,
    verdict,
    points,
    [untrusted && 'not believed', unreached && 'not reached', ...sameMachineAs.map(one => one.id)].filter(
      Boolean,
    ),
  ])
  expect(rows).toEqual([
    ['s01', 'holds', 100, ['s02']],
    ['s02', 'holds', 100, ['s01']],
    ['s03', 'holds', 100, []],
    ['s04', 'fails', 34, []],
    ['s05', 'fails', expect.any(Number), []],
    ['s06', 'unknown', null, ['not believed']],
    ['s07', 'unknown', null, ['not reached']],
  ])
  expect(moved).toEqual([])
  expect(await verifyLedger(folder)).toEqual([])
})
