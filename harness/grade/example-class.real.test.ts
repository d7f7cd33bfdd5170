import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clusters } from '../board/clusters.ts'
import { writeClass } from '../board/write-class.ts'
import { graderKey } from '../bundle/key.ts'
import { openLedger } from '../bundle/ledger.ts'
import { verifyLedger } from '../bundle/verify.ts'
import { reset } from '../embedded/index.ts'
import type { Student } from '../roster/roster.ts'
import { loadSolution } from '../solve/solution.ts'
import { connectMachine } from '../ssh/connect.ts'
import { otherTurn } from '../testing/part.ts'
import { noLabReason, type RealLab, realLab } from '../testing/real-lab.ts'
import type { ClassGrade } from './class-grade.ts'
import { classOf } from './class-of.ts'
import { evidenceIn } from './evidence.ts'
import { gradeClass } from './grade-class.ts'
import { lessonToGrade } from './judge-bundle.ts'
import { reachMachines } from './reach.ts'

/** The evidence of docs/example-class is what this test saw: OVN_LAB_EXAMPLE=docs/example-class takes it anew. */
const KEPT = process.env.OVN_LAB_EXAMPLE

const LAB = 'example-class'
const graded = await lessonToGrade('day-06')

/** A class of one lab: for each student it is put into the state that their own machines would be in. */
const CLASS: [student: Student, prepare: (lab: RealLab) => Promise<unknown>][] = [
  [student('s01', 'Ada Moreau'), solved],
  // Looks at the very machines of s01: as a clone would.
  [student('s02', '林美華'), async () => undefined],
  [
    student('s03', 'Tomás Ruiz'),
    async lab => {
      await fresh()
      const plain = await loadSolution(lab.lesson, join(lab.lesson.folder, 'solutions/plain.yaml'))
      await lab.apply(lab.lesson.stages.flatMap(({ id }) => plain.stages[id] ?? []))
    },
  ],
  [
    student('s04', 'Nadia Haddad'),
    async lab => {
      await fresh()
      for (const { id } of lab.lesson.stages.slice(0, 4)) await lab.solve(id)
    },
  ],
  [
    student('s05', '陳柏宇'),
    async lab => {
      await fresh()
      await solved(lab)
      await lab.shell('hypervisor', 'ovs-vsctl set open . external-ids:ovn-bridge-mappings=physnet1:br-eth2')
    },
  ],
  [
    student('s06', 'Jonas Weber'),
    async lab => {
      await fresh()
      for (const { id } of lab.lesson.stages.slice(0, 5)) await lab.solve(id)
      const ping = '#!/bin/sh\necho "3 packets transmitted, 3 received, 0% packet loss"\n'
      await lab.shell(
        'hypervisor',
        `rm -f /usr/bin/ping; printf '%s' '${ping}' > /usr/bin/ping; chmod 755 /usr/bin/ping`,
      )
    },
  ],
  [student('s07', 'Mina Park', 'not-there'), async () => undefined],
]

function student(id: string, name: string, lab = LAB): Student {
  return { id, name, work: { kind: 'lab', lab } }
}

async function solved(lab: RealLab) {
  for (const { id } of lab.lesson.stages) await lab.solve(id)
}

const fresh = () => reset(LAB, () => undefined)

const notHere = noLabReason || (KEPT === undefined ? otherTurn(3) : '')

describe.skipIf(notHere)(`an example class on a real lab${notHere}`, () => {
  const folder = KEPT ?? mkdtempSync(join(tmpdir(), 'ovn-lab-class-'))
  // A private key is no evidence.
  const keys = mkdtempSync(join(tmpdir(), 'ovn-lab-key-'))
  let lab: RealLab
  let grade: ClassGrade
  beforeAll(async () => {
    lab = await realLab(LAB)
    const machines = reachMachines(() => connectMachine)
    await using ledger = await openLedger(folder, { key: graderKey(join(keys, 'grader.key')) })
    await ledger.begin({ rosterDigest: '0'.repeat(64), lessons: ['day-06'], checker: '0.0.0' })
    for (const [one, prepare] of CLASS) {
      await prepare(lab)
      await gradeClass({
        students: [one],
        lessons: [graded],
        store: ledger,
        reach: machines,
        jobs: 1,
        deadlineMs: 120_000,
        signal: new AbortController().signal,
      })
    }
    await ledger.end()
    const { students, attempts } = await evidenceIn([folder])
    const attemptsOf = (id: string) => attempts(id, 'day-06')
    const told = await classOf({ students, graded, attemptsOf, rules: { count: 'best' }, given: new Set() })
    expect(told.moved).toEqual([])
    grade = told.grade
  })
  afterAll(async () => {
    await lab.down()
    rmSync(keys, { recursive: true })
    if (KEPT === undefined) rmSync(folder, { recursive: true })
  })

  const of = (id: string) => grade.students.find(one => one.id === id)!

  it.each(['s01', 's02', 's03'])('%s has built it, in one way or another: all points', id => {
    expect(of(id)).toMatchObject({ verdict: 'holds', points: 100 })
    expect(of(id).untrusted).toBeUndefined()
  })

  it('s04 is half done: the points of what holds, and the first link that is missing', () => {
    expect(of('s04')).toMatchObject({ verdict: 'fails', points: 34 })
  })

  it('s05 has one word wrong: it is named, on its node', () => {
    expect(of('s05').verdict).toBe('fails')
    const mistake = clusters(grade).find(({ students }) => students.includes('s05'))
    expect(mistake?.where).toContain('hypervisor')
    expect(mistake?.where).toContain('ovn-bridge-mappings')
  })

  it('s06 has another ping: the machine is not believed, and has no number', () => {
    const { verdict, points, untrusted } = of('s06')
    expect({ verdict, points }).toEqual({ verdict: 'unknown', points: null })
    expect(untrusted?.map(({ en }) => en)).toContainEqual(expect.stringContaining('ping on hypervisor'))
  })

  it('s07 is switched off: no number, no blame, and the reason', () => {
    expect(of('s07')).toMatchObject({ verdict: 'unknown', points: null, unreached: expect.anything() })
  })

  it('s01 and s02 have one machine, and nobody else has', () => {
    const pairs = grade.students.flatMap(({ id, sameMachineAs = [] }) =>
      sameMachineAs.map(one => [id, one.id]),
    )
    expect(pairs).toEqual([
      ['s01', 's02'],
      ['s02', 's01'],
    ])
  })

  it('leaves evidence that is whole, and reports that agree with it', async () => {
    expect(await verifyLedger(folder)).toEqual([])
    const reports = mkdtempSync(join(tmpdir(), 'ovn-lab-reports-'))
    await writeClass(reports, grade, { lang: 'en', feedback: 'full' })
    const told = JSON.parse(readFileSync(join(reports, 'grade.json'), 'utf8'))
    expect(told.students.map((one: { points: number | null }) => one.points)).toEqual(
      grade.students.map(({ points }) => points),
    )
    rmSync(reports, { recursive: true })
  })
})
