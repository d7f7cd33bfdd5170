import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { classLines } from '../board/class-lines.ts'
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

it('of which one file was altered is judged without that one, whose student is ungraded and named', async () => {
  const copy = mkdtempSync(join(tmpdir(), 'ovn-lab-altered-'))
  onTestFinished(() => rmSync(copy, { recursive: true }))
  cpSync(folder, copy, { recursive: true })
  const file = join(copy, 'bundles/day-06/s03.1.json.gz')
  appendFileSync(file, 'x')
  const altered = `${file} is not what was stored: it was altered, and nothing is graded from it.`
  const graded = await lessonToGrade('day-06')
  const { students, attempts } = await evidenceIn([copy])
  const attemptsOf = (id: string) => attempts(id, 'day-06')
  const rules = { count: 'best' } as const
  const { grade, moved, lost } = await classOf({ students, graded, attemptsOf, rules, given: new Set() })
  expect(grade.students.filter(({ points }) => points === null).map(({ id }) => id)).toEqual([
    's03',
    's06',
    's07',
  ])
  expect([moved, lost.map(({ en }) => en)]).toEqual([[], [altered]])
  const of = (id: string) => grade.students.find(one => one.id === id)
  expect([of('s03')?.lost?.en, of('s03')?.unreached, of('s07')?.lost]).toEqual([
    altered,
    undefined,
    undefined,
  ])
  expect(classLines(grade, 'en')).toContain(
    '3 ungraded: 1 not reached, 1 whose evidence is lost, 1 not believed',
  )
  // Named one by one they are the same files.
  const each = await evidenceIn([file, file.replace('s03', 's05')])
  expect(each.students.map(({ id }) => id)).toEqual(['s03', 's05'])
  expect(await each.attempts('s03', 'day-06')).toMatchObject([{ lost: { en: altered } }])
  expect(await each.attempts('s05', 'day-06')).toMatchObject([{ name: expect.any(String) }])
})
