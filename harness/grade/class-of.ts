import type { Bundle } from '../bundle/bundle.ts'
import type { Text } from '../core/text.ts'
import { replay } from '../look/recording.ts'
import type { ClassGrade } from './class-grade.ts'
import { type GradedLesson, judgeRecording, whyUntrusted } from './judge-bundle.ts'
import { type Moved, movedIn } from './moved.ts'
import type { GradingRules } from './rules.ts'
import { type Attempt, studentGrade } from './student-grade.ts'

export interface ClassOf {
  /** In the order of the board. */
  students: { id: string; name: string }[]
  graded: GradedLesson
  /** Everything seen of one student in this lesson, oldest first. */
  attemptsOf(student: string): Promise<Bundle[]>
  rules: GradingRules
  /** Who has one machine with whom, by what their machines drew. */
  sameMachinesOf(seen: Map<string, Bundle>): Map<string, { id: string; facts: string[] }[]>
}

/**
 * A class's grade, from what was seen alone: no machine is asked, and the same bundles and checks give the same grade.
 * Students of whom nothing has been seen yet are left out. `moved`: where today's checks say otherwise than those of the day.
 */
export async function classOf({ students, graded, attemptsOf, rules, sameMachinesOf }: ClassOf): Promise<{
  grade: ClassGrade
  moved: Moved[]
}> {
  const moved: Moved[] = []
  const grade: ClassGrade = { lesson: graded.lesson, gradedAt: '', students: [] }
  const last = new Map<string, Bundle>()
  for (const student of students) {
    const attempts: Attempt[] = []
    for (const { recording, ...bundle } of await attemptsOf(student.id)) {
      const closing = await judgeRecording(graded, recording)
      const untrusted = both(bundle.untrusted, await whyUntrusted(graded, replay(recording)))
      attempts.push({ bundle: { ...bundle, ...(untrusted.length > 0 && { untrusted }) }, closing })
      moved.push(...movedIn(bundle, closing, graded.lesson))
      last.set(student.id, { ...bundle, recording })
    }
    if (attempts.length > 0) grade.students.push(studentGrade(student, attempts, rules))
  }
  const same = sameMachinesOf(last)
  for (const student of grade.students) {
    const others = same.get(student.id) ?? []
    if (others.length > 0) student.sameMachineAs = others
  }
  return { grade: { ...grade, gradedAt: new Date().toISOString() }, moved }
}

/** Reasons of the day, and those that today's release finds in what was seen. */
const both = (then: Text[] = [], now: Text[]): Text[] => [
  ...new Map([...then, ...now].map(reason => [reason.en, reason])).values(),
]
