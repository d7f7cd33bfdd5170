import { joined, type Lang, text } from '../core/text.ts'
import type { ClassGrade, StudentGrade } from '../grade/class-grade.ts'
import { cleanLine } from '../tell/clean.ts'
import { isUntrusted } from './figures.ts'
import { brokenFirst, judgedStages } from './judged.ts'
import { type Feedback, withoutFolders } from './student-report.ts'
import { remarks, words } from './wording.ts'

const LIMIT = 1000

/** What a student is told of a grade, on one line, cleaned: why it is none, the first broken link, what was taken off. */
export function feedbackOf(
  grade: ClassGrade,
  student: StudentGrade,
  lang: Lang,
  feedback: Feedback = 'full',
): string {
  // Who else has the same machine, and what was not examined there, is for the teacher alone.
  const { sameMachineAs: _, unexamined: __, ...own } = student
  const sentences = [
    ...(student.points === null ? [words.gradeAgain, ...whyUngraded(grade, student)] : []),
    ...(feedback === 'none' ? [] : mistakes(student)),
    ...(feedback === 'none' ? [] : remarks(own, id => id)).map(one =>
      text(`${capital(one.en)}.`, `${one['zh-TW']}。`),
    ),
  ]
  return cleanLine(joined(sentences, text(' ', ''))[lang], { lang, limit: LIMIT })
}

const capital = (words: string) => words.slice(0, 1).toUpperCase() + words.slice(1)

function whyUngraded(grade: ClassGrade, student: StudentGrade) {
  const { unreached, untrusted = [] } = student
  if (unreached) return [words.notReached(withoutFolders(unreached))]
  if (untrusted.length > 0) return [words.notBelieved(joined(untrusted))]
  const unknown = judgedStages(grade, student)
    .flatMap(({ claims }) => claims)
    .filter(({ judgement }) => judgement.verdict === 'unknown')
  return unknown.length > 0 ? [words.couldNotLook(unknown.map(({ claim }) => claim.title))] : []
}

function mistakes(student: StudentGrade) {
  const broken = brokenFirst(student)
  if (broken) return [words.brokenAt(broken.judged.claim.title, broken.where)]
  return student.verdict === 'holds' && !isUntrusted(student) ? [words.everyClaimHolds] : []
}
