import { join } from 'node:path'
import { sumUp } from '../check/sum-up.ts'
import { text } from '../core/text.ts'
import type { ClassGrade, StudentGrade } from '../grade/class-grade.ts'
import { judgeLesson } from '../judge/judge-lesson.ts'
import { loadProofs } from '../judge/load-proofs.ts'
import { withoutExtra } from '../lesson/lesson.ts'
import { loadLesson } from '../lesson/load-lesson.ts'
import { loadRecording, type Recording, replay } from '../look/recording.ts'
import { pointsOf } from '../tell/tally.ts'
import type { Closing } from '../tell/teller.ts'

const whole = await loadLesson('day-06')
/** Without its extra stage, which none of these students has begun. */
const lesson = { ...whole, stages: withoutExtra(whole.stages) }
const proofs = await loadProofs(whole)

export const NOW = new Date('2026-11-26T09:30:00Z')
const startedAt = '2026-11-26T09:00:00.000Z'

async function judged(from: Recording): Promise<Closing> {
  const { signal } = new AbortController()
  const judgements = await judgeLesson(lesson, proofs, replay(from), { onJudged: () => {}, signal })
  const { id, title, stages } = lesson
  return {
    lesson: { id, title, stages },
    lab: from.lab,
    lang: 'en',
    durationMs: 41_200,
    ...sumUp(stages, judgements),
  }
}

const recorded = (stage: string) => loadRecording(join(lesson.folder, 'recordings', `${stage}.json`))
/** The recording with other words in what a machine answered. */
const altered = (from: Recording, [was, is]: [was: string, is: string]): Recording => {
  const before = JSON.stringify(from)
  const after = before.replaceAll(was, is)
  if (after === before) throw new Error(`${was} is not in the recording`)
  return JSON.parse(after)
}

const solved = await recorded('mapping')
const mapping = '"flat0:br-eth2","ovn-encap-ip":"192.168.33.20"'
const silent = text('no route to host', '無法連線')
const dead = (from: Recording): Recording => ({
  ...from,
  answers: from.answers.map(answer =>
    'node' in answer.request && answer.request.node === 'hypervisor'
      ? { request: answer.request, blind: { reason: silent, where: 'hypervisor' } }
      : answer,
  ),
})

/** What day 06 came to on machines in different states. */
export const closings = {
  whole: await judged(solved),
  half: await judged(await recorded('localnet')),
  untouched: await judged(await recorded('untouched')),
  /** A blank in the mapping of hypervisor: the classic typo. */
  typo: await judged(altered(solved, [mapping, mapping.replace(':b', ': b')])),
  /** hypervisor is switched off. */
  dead: await judged(dead(solved)),
  /** Nothing could be reached. */
  lost: await judged({ schema: 1, lab: 'lost', takenAt: '', answers: [] }),
}

/** A student whose check came to this. */
export function student(
  id: string,
  name: string,
  kind: keyof typeof closings,
  more: Partial<StudentGrade> = {},
): StudentGrade {
  const closing = more.closing ?? closings[kind]
  const stages = closing.stages.map(({ stage, claims }) => ({
    stage: stage.id,
    points: claims.some(({ judgement }) => judgement.verdict === 'unknown')
      ? null
      : claims.reduce((sum, one) => sum + pointsOf(one), 0),
    maxPoints: claims.reduce((sum, { claim }) => sum + claim.points, 0),
  }))
  const isGraded = stages.every(({ points }) => points !== null)
  return {
    id,
    name,
    verdict: closing.verdict,
    points: isGraded ? closing.points - (more.latePoints ?? 0) : null,
    maxPoints: closing.maxPoints,
    stages,
    durationMs: closing.durationMs,
    attempt: 1,
    attempts: 1,
    startedAt,
    closing,
    ...more,
  }
}

/** A class of these. */
export const classOf = (students: StudentGrade[]): ClassGrade => ({
  lesson: { id: lesson.id, title: lesson.title, stages: lesson.stages },
  gradedAt: NOW.toISOString(),
  students,
})

/** Machines that are not believed. */
export const forged = (id: string, name: string) => {
  const { stages, ...one } = student(id, name, 'whole')
  return {
    ...one,
    verdict: 'unknown' as const,
    points: null,
    stages: stages.map(stage => ({ ...stage, points: null })),
    untrusted: [
      text(
        'the counters of eth2 on hypervisor did not move while a ping was seen there',
        'hypervisor 的 eth2 上看到了 ping，但它的計數器沒有變化',
      ),
    ],
  }
}

const sameRow = ['Logical_Switch 5f4cbb0e-6c0c-4b0b-8a41-6b0a8bd0c9b1', 'veth-ns1-br 02:ac:10:00:00:01']
/** One of every kind a board has to show. */
export const exampleClass = (): ClassGrade =>
  classOf([
    student('s01', 'Student One', 'whole'),
    student('s02', 'Student Two', 'whole', {
      sameMachineAs: [{ id: 's06', facts: sameRow }],
      unexamined: [{ node: 'hypervisor', reason: text('perl is missing', '沒有 perl') }],
    }),
    student('s03', '陳小明', 'half'),
    student('s04', 'Student Four', 'typo', { attempt: 2, attempts: 3 }),
    forged('s05', 'Student Five'),
    student('s06', 'Student Six', 'whole', {
      latePoints: 10,
      countedFrom: { at: '2026-11-25T09:00:00.000Z', why: 'attempt' },
      sameMachineAs: [{ id: 's02', facts: sameRow }],
    }),
    student('s07', 'Student Seven', 'dead'),
    student('s08', 'Student Eight', 'lost', {
      unreached: text(
        'ssh: connect to 203.0.113.8 port 22: no route to host',
        'ssh：連不到 203.0.113.8 的 22 埠',
      ),
      durationMs: 10_000,
    }),
    student('s09', 'Student Nine', 'untouched'),
    student('s10', 'Student Ten', 'typo'),
  ])

/** A class of `size`, of every kind, most of them with something that fails. */
export function bigClass(size: number): ClassGrade {
  const kinds = [
    'whole',
    'half',
    'typo',
    'untouched',
    'whole',
    'dead',
    'typo',
    'whole',
    'half',
    'typo',
  ] as const
  const pad = (at: number) => String(at + 1).padStart(3, '0')
  return classOf(
    Array.from({ length: size }, (_, at) =>
      student(`s${pad(at)}`, `Student ${pad(at)}`, kinds[at % kinds.length]!, {
        durationMs: 30_000 + ((at * 7919) % 30_000),
      }),
    ),
  )
}
