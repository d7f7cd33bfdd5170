import type { StudentGrade } from '../grade/class-grade.ts'
import { cleanLine } from '../tell/clean.ts'

const NAME_LIMIT = 80

/** A student's name as reports write it: cleaned, on one line, cut; the id where there is none. */
export const nameOf = ({ id, name }: Pick<StudentGrade, 'id' | 'name'>): string =>
  cleanLine(name, { limit: NAME_LIMIT }) || id

/** Points as they are written: at most two decimals, a point before them, no zeros behind. */
export const pointsFigure = (points: number): string => String(Number(points.toFixed(2)))

/** Where the reports of one student lie, seen from the folder of the class's own. */
export const studentReports = (id: string): { json: string; junit: string } => ({
  json: `students/${id}.json`,
  junit: `students/${id}.xml`,
})

/** How many of a class came to what; `graded` and `ungraded` are everybody, the rest is of these. */
export interface Headcount {
  students: number
  graded: number
  /** Of the graded: every claim holds. */
  whole: number
  ungraded: number
  /** Of the ungraded. */
  notYet: number
  unreached: number
  lost: number
  untrusted: number
  /** Of all: machines, or commands, that another student has too. */
  shared: number
}

/** Counts a class. */
export function headcount(students: readonly StudentGrade[]): Headcount {
  const count = (is: (student: StudentGrade) => boolean) => students.filter(is).length
  return {
    students: students.length,
    graded: count(({ points }) => points !== null),
    whole: count(({ points, verdict }) => points !== null && verdict === 'holds'),
    ungraded: count(({ points }) => points === null),
    notYet: count(isNotYet),
    unreached: count(student => student.unreached !== undefined && !isNotYet(student)),
    lost: count(({ lost }) => lost !== undefined),
    untrusted: count(isUntrusted),
    shared: count(isShared),
  }
}

/** Whether no attempt of this student is stored: nobody has tried to reach the machines. */
export const isNotYet = ({ attempt }: StudentGrade): boolean => attempt === 0

/** Whether the facts of these machines are not believed. */
export const isUntrusted = ({ untrusted = [] }: StudentGrade): boolean => untrusted.length > 0

/** Whether another student has the same machine, a clone of it, or handed in the same commands. */
export const isShared = ({ sameMachineAs = [] }: StudentGrade): boolean => sameMachineAs.length > 0

/** Each student's name by id, with the id where another has the same name. */
export function namesById(students: readonly StudentGrade[]): Map<string, string> {
  const counts = new Map<string, number>()
  for (const name of students.map(nameOf)) counts.set(name, (counts.get(name) ?? 0) + 1)
  return new Map(
    students.map(student => {
      const name = nameOf(student)
      return [student.id, counts.get(name) === 1 ? name : `${name} (${student.id})`]
    }),
  )
}
