import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Lang } from '../core/text.ts'
import type { ClassGrade, StudentGrade } from '../grade/class-grade.ts'
import { tellRan } from '../submission/tell-ran.ts'
import { jsonReport } from '../tell/json.ts'
import { junitXml } from '../tell/junit.ts'
import { asJson, assertWritable, writeReport } from '../tell/report-file.ts'
import type { Closing } from '../tell/teller.ts'
import { boardHtml } from './board-html.ts'
import { classJUnit } from './class-junit.ts'
import { studentReports } from './figures.ts'
import { gradeJson } from './grade-json.ts'
import { moodleCsv } from './moodle-csv.ts'
import { type Feedback, forStudent } from './student-report.ts'

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
  return readGrade(folder)?.ledger
}

/** What a folder's grade.json says; undefined where there is none that can be read. */
export function readGrade(folder: string): { lesson?: string; ledger?: string } | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, CLASS_FILES.grade), 'utf8'))
  } catch {
    return undefined
  }
}

async function writeStudent(folder: string, student: StudentGrade, feedback: Feedback): Promise<void> {
  const { json, junit } = studentReports(student.id)
  await writeBoth(student.closing, student, join(folder, json), join(folder, junit))
  const own = forStudent(student.closing, feedback)
  const files = [json, junit].map(file => join(folder, file.replace(/^students/, 'feedback'))) as [
    string,
    string,
  ]
  if (own) return writeBoth(own, student, ...files)
  await assertWritable(files[0])
  // What an earlier grading may have told is taken back.
  rmSync(files[1], { force: true })
  writeReport(files[0], asJson({ schema: 1, lesson: student.closing.lesson.id, received: student.startedAt }))
}

async function writeBoth(
  closing: Closing,
  student: StudentGrade,
  json: string,
  junit: string,
): Promise<void> {
  await assertWritable(json, junit)
  const { id, name, points, latePoints, attempt, submission } = student
  const ran = submission && tellRan(submission).map(one => one[closing.lang])
  const graded = { student: { id, name }, attempt, latePoints, ran }
  // Points after the late rule, and null while a part is open: a report never has another number than the board.
  writeReport(json, asJson({ ...jsonReport(closing), ...graded, points }))
  writeReport(junit, await junitXml(closing, new Date(student.startedAt)))
}
