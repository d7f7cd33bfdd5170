import type { Bundle } from '../bundle/bundle.ts'
import { type Drawn, sameMachines } from '../bundle/copies.ts'
import { bundleFacts } from '../bundle/facts.ts'
import type { Lost } from '../bundle/history.ts'
import { type Text, text } from '../core/text.ts'
import { replay } from '../look/recording.ts'
import type { ClassGrade } from './class-grade.ts'
import { type GradedLesson, judgeRecording, whyUntrusted } from './judge-bundle.ts'
import { emptyRecording } from './look-at-student.ts'
import { type Moved, movedIn } from './moved.ts'
import type { GradingRules } from './rules.ts'
import { type Attempt, studentGrade } from './student-grade.ts'
import { unexaminedIn } from './unexamined.ts'
import { versionsFor } from './versions.ts'
import { wrongClocksIn } from './wrong-clocks.ts'

export interface ClassOf {
  /** In the order of the board; without a name it is the one that their evidence has. */
  students: { id: string; name?: string }[]
  graded: GradedLesson
  /** Everything seen of one student in this lesson, oldest first. */
  attemptsOf(student: string): Promise<(Bundle | Lost)[]>
  rules: GradingRules
  /** Row UUIDs and MAC addresses that say nothing about whose a machine is: the lesson's texts have them. */
  given: ReadonlySet<string>
}

/**
 * A class's grade, from what was seen alone: no machine is asked, and the same bundles and checks give the same grade.
 * Of whom nothing has been seen yet every claim is unknown. `moved`: where today's checks say otherwise than those of the day.
 * `lost`: what nothing could be judged from, a sentence each.
 */
export async function classOf({ students, graded, attemptsOf, rules, given }: ClassOf): Promise<{
  grade: ClassGrade
  moved: Moved[]
  lost: Text[]
}> {
  const moved: Moved[] = []
  const lost: Text[] = []
  const grade: ClassGrade = { lesson: graded.lesson, gradedAt: '', students: [] }
  const drawn: Drawn[] = []
  for (const student of students) {
    const attempts: Attempt[] = []
    let facts: Drawn['facts'] | undefined
    let { name = student.id } = student
    for (const whole of await attemptsOf(student.id)) {
      if ('lost' in whole) {
        lost.push(whole.lost)
        const nothing = await unseen({ ...whole, id: student.id, name, why: whole.lost }, graded)
        attempts.push({ ...nothing, isLost: true })
        continue
      }
      const { recording, ...bundle } = whole
      const closing = await judgeRecording(graded, recording)
      const untrusted = both(bundle.untrusted, await whyUntrusted(graded, replay(recording)))
      attempts.push({
        bundle: { ...bundle, ...(untrusted.length > 0 && { untrusted }) },
        unexamined: unexaminedIn(recording),
        wrongClocks: wrongClocksIn(recording),
        closing,
      })
      moved.push(...movedIn(bundle, closing, graded.lesson))
      facts = together(facts, bundleFacts(whole))
      name = student.name ?? bundle.name
    }
    if (facts) drawn.push({ id: student.id, facts })
    if (attempts.length === 0) attempts.push(await unseen({ id: student.id, name, why: notYet }, graded))
    grade.students.push(studentGrade({ id: student.id, name }, attempts, rules))
  }
  const same = sameMachines(drawn, given)
  for (const student of grade.students) {
    const others = same.get(student.id) ?? []
    if (others.length > 0) student.sameMachineAs = others
  }
  return { grade: { ...grade, gradedAt: new Date().toISOString() }, moved, lost }
}

/** Reasons of the day, and those that today's release finds in what was seen. */
const both = (then: Text[] = [], now: Text[]): Text[] => [
  ...new Map([...then, ...now].map(reason => [reason.en, reason])).values(),
]

/** Of a student no attempt is stored: stopped before, or given up by every worker. */
const notYet = text('not graded yet', '尚未評分')

/** An attempt in which there is nothing but the reason. */
async function unseen(
  { id, name, why, attempt = 0, startedAt }: UnseenAttempt,
  graded: GradedLesson,
): Promise<Attempt> {
  const recording = emptyRecording(id, { reason: why })
  const bundle: Attempt['bundle'] = {
    schema: 1,
    student: id,
    name,
    lesson: graded.lesson.id,
    attempt,
    startedAt: startedAt ?? recording.takenAt,
    durationMs: 0,
    reached: 'nodes',
    versions: versionsFor(graded.lesson),
    judged: {},
  }
  return { bundle, closing: await judgeRecording(graded, recording) }
}

interface UnseenAttempt extends Partial<Pick<Bundle, 'attempt' | 'startedAt'>> {
  id: string
  name: string
  why: Text
}

/** What the machines of several attempts drew: a student may have had others at first. */
function together(one: Drawn['facts'] | undefined, other: Drawn['facts']): Drawn['facts'] {
  if (!one) return other
  const both = (key: keyof Drawn['facts']) => [...new Set([...one[key], ...other[key]])]
  return {
    ...{ rowUuids: both('rowUuids'), macs: both('macs'), databaseIds: both('databaseIds') },
    ...{ times: both('times'), handedIn: both('handedIn'), kernels: both('kernels') },
  }
}
