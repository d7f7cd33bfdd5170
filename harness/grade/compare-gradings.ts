import { type Lang, text } from '../core/text.ts'
import type { Verdict } from '../core/verdict.ts'
import { cleanLine } from '../tell/clean.ts'
import { tableLines } from '../tell/columns.ts'
import { count, WORD } from '../tell/wording.ts'
import type { ClassGrade, StudentGrade } from './class-grade.ts'

/** One claim of one student that is judged otherwise by machine than by submission. */
export interface VerdictDiffers {
  student: string
  claim: string
  machine: Verdict
  submission: Verdict
}

/** Two gradings of one class, side by side. */
export interface ComparedGradings {
  /** In the order of the first board, then of the lesson. */
  differences: VerdictDiffers[]
  /** Ids of students who are in both. */
  students: string[]
  /** Ids of those of whom something was seen in one alone. */
  inOneOnly: string[]
  /** Ids of those of whom neither saw anything. */
  inNeither: string[]
}

/** Compares how the same students do by their machines and by what they handed in, by their ids. */
export function compareGradings(byMachine: ClassGrade, bySubmission: ClassGrade): ComparedGradings {
  const seenBySubmission = bySubmission.students.filter(isSeen)
  const seenByMachine = byMachine.students.filter(isSeen)
  const handedIn = new Map(seenBySubmission.map(student => [student.id, student]))
  const both = seenByMachine.filter(({ id }) => handedIn.has(id))
  const students = both.map(({ id }) => id)
  const differences = both.flatMap(student => {
    const other = verdictsIn(handedIn.get(student.id)!)
    return [...verdictsIn(student)].flatMap(([claim, machine]) => {
      const submission = other.get(claim)
      return submission === undefined || submission === machine
        ? []
        : [{ student: student.id, claim, machine, submission }]
    })
  })
  const inOneOnly = [...seenByMachine, ...seenBySubmission]
    .map(({ id }) => id)
    .filter(id => !students.includes(id))
  const all = new Set([...byMachine.students, ...bySubmission.students].map(({ id }) => id))
  const inNeither = [...all].filter(id => !students.includes(id) && !inOneOnly.includes(id))
  return { differences, students, inOneOnly, inNeither }
}

/** One who is not graded yet, or was not reached, differs in no claim: there is nothing to compare. */
const isSeen = ({ unreached, lost }: StudentGrade): boolean => (unreached ?? lost) === undefined

const verdictsIn = ({ closing }: StudentGrade): Map<string, Verdict> =>
  new Map(
    closing.stages.flatMap(({ claims }) =>
      claims.map(({ claim, judgement }) => [claim.id, judgement.verdict] as const),
    ),
  )

/** The comparison as lines of text: a table of what differs, and in one sentence how much that is. */
export function tellComparison(
  { differences, students, inOneOnly, inNeither }: ComparedGradings,
  lang: Lang,
): string[] {
  const differing = new Set(differences.map(({ student }) => student)).size
  const head = [
    text('student', '學生'),
    text('claim', '項目'),
    text('machine', '機器'),
    text('submission', '繳交'),
  ]
  const rows = differences.map(({ student, claim, machine, submission }) => [
    student,
    claim,
    WORD[machine][lang],
    WORD[submission][lang],
  ])
  const sum = text(
    `${count(students.length, 'student', 'students')} graded both ways: ${students.length - differing} the same, ${differing} with differences.`,
    `以兩種方式評分的學生有 ${students.length} 位：${students.length - differing} 位相同，${differing} 位有差異。`,
  )
  const alone = text(
    `Graded one way only: ${inOneOnly.join(', ')}.`,
    `只以一種方式評分：${inOneOnly.join('、')}。`,
  )
  const neither = text(
    `Graded neither way: ${inNeither.join(', ')}.`,
    `兩種方式都未評分：${inNeither.join('、')}。`,
  )
  return [
    ...(rows.length > 0 ? tableLines([head.map(word => word[lang]), ...rows].map(cleaned)) : []),
    sum[lang],
    ...(inOneOnly.length > 0 ? [cleanLine(alone[lang], { lang })] : []),
    ...(inNeither.length > 0 ? [cleanLine(neither[lang], { lang })] : []),
  ]
}

const cleaned = (row: string[]): string[] => row.map(cell => cleanLine(cell, { limit: 60 }))
