import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Lang } from '../core/text.ts'
import type { ClassGrade } from '../grade/class-grade.ts'
import { lessonIds } from '../lesson/load-lesson.ts'
import { asJson, assertWritable, writeReport } from '../tell/report-file.ts'
import { boardHtml } from './board-html.ts'
import { classJUnit } from './class-junit.ts'
import { gradeJson } from './grade-json.ts'
import { moodleCsv } from './moodle-csv.ts'
import type { Feedback } from './student-report.ts'
import { writeStudent } from './write-student.ts'

/** Where a class's reports stand in its folder. */
export const CLASS_FILES = {
  grade: 'grade.json',
  junit: 'class.xml',
  moodle: 'moodle.csv',
  board: 'board.html',
} as const

export interface ClassReports {
  lang: Lang
  /** The digest of the last line of the evidence's ledger: it shows later whether lines were cut off. */
  head?: string
  /** How much the students' own reports say. */
  feedback: Feedback
}

/**
 * Writes all that is told of a class into a folder: grade.json, one merged JUnit, the table for Moodle, the board; for who
 * teaches a JUnit and a JSON report a student in `students/`, for each student one of either in `feedback/`. Rejects with
 * BadCall where one cannot be written; each is written whole or not at all.
 */
export async function writeClass(
  folder: string,
  grade: ClassGrade,
  { lang, feedback, head }: ClassReports,
): Promise<void> {
  const inFolder = (...path: string[]) => join(folder, ...path)
  const students = grade.students.map(student => ({ ...student, closing: { ...student.closing, lang } }))
  const told = { ...grade, students }
  await assertWritable(...Object.values(CLASS_FILES).map(file => inFolder(file)))
  for (const student of students) await writeStudent(folder, student, feedback)
  writeReport(inFolder(CLASS_FILES.junit), await classJUnit(told, lang))
  writeReport(inFolder(CLASS_FILES.moodle), moodleCsv(told, lang, feedback))
  writeReport(inFolder(CLASS_FILES.board), boardHtml(told, { now: new Date(grade.gradedAt), lang }))
  // Last: who finds it finds all that it names.
  writeReport(
    inFolder(CLASS_FILES.grade),
    asJson({ ...gradeJson(told), ...(head !== undefined && { ledger: head }) }),
  )
}

/** What grade.json in a folder says of its evidence's ledger: the digest of the last line then; undefined where it says nothing. */
export function knownHead(folder: string): string | undefined {
  return [folder, ...lessonIds().map(lesson => join(folder, lesson))]
    .map(place => readGrade(place))
    .sort((one, other) => (one?.gradedAt ?? '').localeCompare(other?.gradedAt ?? ''))
    .findLast(told => told?.ledger !== undefined)?.ledger
}

/** What a folder's grade.json says; undefined where there is none that can be read. */
export function readGrade(
  folder: string,
): { lesson?: string; ledger?: string; gradedAt?: string } | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, CLASS_FILES.grade), 'utf8'))
  } catch {
    return undefined
  }
}
