import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { joined, type Text } from '../core/text.ts'
import type { StudentGrade } from '../grade/class-grade.ts'
import { tellRan } from '../submission/tell-ran.ts'
import { jsonReport } from '../tell/json.ts'
import { suitesOf } from '../tell/junit.ts'
import { suitesXml } from '../tell/junit-builder.ts'
import { asJson, assertWritable, writeReport } from '../tell/report-file.ts'
import type { Closing } from '../tell/teller.ts'
import { pointsFigure, studentReports } from './figures.ts'
import { type Feedback, forStudent, withoutGradersFolders } from './student-report.ts'
import { words } from './wording.ts'

/** Writes the reports of one student: all of it for who teaches, as much as `feedback` allows for the student. Rejects with BadCall. */
export async function writeStudent(folder: string, student: StudentGrade, feedback: Feedback): Promise<void> {
  const { json, junit } = studentReports(student.id)
  const closing = believed(student)
  await writeBoth(closing, student, join(folder, json), join(folder, junit))
  const own = forStudent(believed({ ...student, closing: withoutGradersFolders(student.closing) }), feedback)
  const ofStudent = (file: string) => join(folder, file.replace(/^students/, 'feedback'))
  if (own) return writeBoth(own, student, ofStudent(json), ofStudent(junit))
  await assertWritable(ofStudent(json))
  // What an earlier grading may have told is taken back.
  rmSync(ofStudent(junit), { force: true })
  const received = { schema: 1, lesson: closing.lesson.id, received: student.startedAt }
  writeReport(ofStudent(json), asJson(received))
}

/** What a check says of machines that are not believed is in no report as if it were so. */
function believed({ closing, untrusted = [] }: StudentGrade): Closing {
  if (untrusted.length === 0) return closing
  const why: Text = words.notBelieved(joined(untrusted))
  const stages = closing.stages.map(({ stage, claims }) => ({
    stage,
    claims: claims.map(({ claim, judgement: { durationMs } }) => ({
      claim,
      judgement: { verdict: 'unknown' as const, saw: why, durationMs },
    })),
  }))
  return { ...closing, verdict: 'unknown', points: 0, stages }
}

async function writeBoth(
  closing: Closing,
  student: StudentGrade,
  json: string,
  junit: string,
): Promise<void> {
  await assertWritable(json, junit)
  const { id, name, points, latePoints, attempt, submission } = student
  const { lang } = closing
  const ran = submission && tellRan(submission).map(one => one[lang])
  // Points after the late rule, and null while a part is open: a report never has another number than the board.
  const graded = { student: { id, name }, attempt, latePoints, ran, points }
  writeReport(json, asJson({ ...jsonReport(closing), ...graded }))
  const pointsOf = (stage: string | undefined) => {
    const own = student.stages.find(one => one.stage === stage)?.points ?? null
    return own === null ? words.ungraded[lang] : pointsFigure(own)
  }
  const suites = suitesOf(closing).map(suite => ({
    ...suite,
    properties: { ...suite.properties, points: pointsOf(suite.properties?.stage) },
  }))
  writeReport(junit, await suitesXml(closing.lesson.id, new Date(student.startedAt), suites))
}
