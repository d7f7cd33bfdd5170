import { joined, type Lang, type Text, text } from '../core/text.ts'
import type { ClassGrade, StudentGrade } from '../grade/class-grade.ts'
import { cleanLine } from '../tell/clean.ts'
import { isNotYet, isUntrusted } from './figures.ts'
import { brokenFirst, judgedStages } from './judged.ts'
import { type Feedback, withoutFolders } from './student-report.ts'
import { remarks, words } from './wording.ts'

const LIMIT = 1000

/** So many reasons are told why something could not be inspected. */
const REASONS = 2

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
    ...(student.points === null ? whyNoNumber(grade, student) : []),
    ...(feedback === 'none' ? [] : mistakes(student)),
    ...(feedback === 'none' ? [] : remarks(own, id => id)).map(one =>
      ended(text(capital(one.en), one['zh-TW'])),
    ),
  ]
  return cleanLine(joined(sentences, text(' ', ''))[lang], { lang, limit: LIMIT })
}

/** Not of a file's name: to the shell, Controller.sh is another file. */
const capital = (words: string) =>
  /^\S*\.\S/.test(words) ? words : words.slice(0, 1).toUpperCase() + words.slice(1)

/** What was said in lines, as one sentence that has its end: others may follow on the same line. */
const ended = ({ en, 'zh-TW': zh }: Text): Text =>
  text(
    en.replace(/:\n/g, ': ').replace(/\.?\n/g, '; ').replace(/[^.]$/, '$&.'),
    zh
      .replace(/：\n/g, '：')
      .replace(/。?\n/g, '；')
      .replace(/[^。]$/, '$&。'),
  )

const whyNoNumber = (grade: ClassGrade, student: StudentGrade): Text[] =>
  isNotYet(student)
    ? [words.notYet]
    : [words.gradeAgain(!isUntrusted(student)), ...whyUngraded(grade, student).map(ended)]

function whyUngraded(grade: ClassGrade, student: StudentGrade) {
  const { unreached, lost, untrusted = [] } = student
  if (lost) return [words.lost(withoutFolders(lost))]
  if (unreached) return [words.notReached(withoutFolders(unreached))]
  if (untrusted.length > 0) return [words.notBelieved(joined(untrusted))]
  const unknown = judgedStages(grade, student)
    .flatMap(({ claims }) => claims)
    .filter(({ judgement }) => judgement.verdict === 'unknown')
  if (unknown.length === 0) return []
  const saw = unknown.flatMap(({ judgement }) => judgement.saw ?? []).map(withoutFolders)
  const reasons = [...new Map(saw.map(reason => [reason.en, reason])).values()]
  return [
    words.couldNotLook(
      unknown.map(({ claim }) => claim.title),
      reasons.slice(0, REASONS),
    ),
  ]
}

function mistakes(student: StudentGrade) {
  const broken = brokenFirst(student)
  if (broken) return [words.brokenAt(broken.judged.claim.title, broken.where)]
  return student.verdict === 'holds' && !isUntrusted(student) ? [words.everyClaimHolds] : []
}
