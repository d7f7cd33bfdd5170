import { existsSync } from 'node:fs'
import { movedLines } from '../board/moved-lines.ts'
import { knownHead } from '../board/write-class.ts'
import type { Finding } from '../bundle/finding.ts'
import { readLedger } from '../bundle/history.ts'
import { graderKey, keyFile } from '../bundle/key.ts'
import { mergeLedgers } from '../bundle/merge.ts'
import { verifyLedger } from '../bundle/verify.ts'
import { BadCall } from '../core/errors.ts'
import { type Lang, text } from '../core/text.ts'
import { classOf } from '../grade/class-of.ts'
import { compareGradings, tellComparison } from '../grade/compare-gradings.ts'
import { type Evidence, evidenceIn } from '../grade/evidence.ts'
import { lessonToGrade } from '../grade/judge-bundle.ts'
import type { RuleFlags } from './grade-flags.ts'
import { isGraded, tellClass } from './grade-reports.ts'

/** All is well · the evidence was altered, or verdicts have moved · somebody's work is ungraded. */
const [WELL, OTHERWISE, UNGRADED] = [0, 1, 2]

/** Whose signature counts: this grader's, where there is a key. */
const ownKey = () => (existsSync(keyFile()) ? { trustedKey: graderKey().fingerprint } : {})

/** `grade verify FOLDER`. Resolves with the exit code: 0 when the evidence is what the grader stored, 1 when it is not. */
export async function runVerify(folder: string, { lang }: { lang: Lang }): Promise<number> {
  const head = knownHead(folder)
  const findings = await verifyLedger(folder, { ...ownKey(), ...(head !== undefined && { knownHead: head }) })
  tellFindings(findings, lang)
  if (findings.some(({ isHarmless }) => !isHarmless)) return OTHERWISE
  const count = readLedger(folder).entries.filter(({ kind }) => kind === 'bundle').length
  const sentence = text(
    `${count} bundles are as the grading stored them, and every line of the ledger is in its place and signed.`,
    `${count} 份證據檔都和評分當時存下的相同，評分紀錄的每一行都在原位且有簽章。`,
  )
  console.log(sentence[lang])
  return WELL
}

/** `grade merge FOLDERS --out FOLDER`: one class of its parts, with its reports. Resolves with the exit code. */
export async function runMerge(folders: string[], flags: RuleFlags): Promise<number> {
  const { lessons, findings } = await mergeLedgers(folders, flags.out)
  tellFindings(findings, flags.lang)
  const graded = await Promise.all(lessons.map(lessonToGrade))
  const told = await tellClass(await evidenceIn([flags.out]), graded, flags)
  return isGraded(told) && findings.length === 0 ? WELL : UNGRADED
}

/** `regrade FOLDERS`: judges again, and tells what has moved and why. Resolves with the exit code: 1 when something has moved. */
export async function runRegrade(
  folders: string[],
  flags: Omit<RuleFlags, 'out'> & { out?: string; lesson: string[] },
): Promise<number> {
  const evidence = await evidenceIn(folders)
  const meant = flags.lesson.length > 0 ? flags.lesson : evidence.lessons
  const unseen = meant.find(id => !evidence.lessons.includes(id))
  if (unseen !== undefined) throw notGraded(unseen, evidence.lessons)
  const told = await tellClass(evidence, await Promise.all(meant.map(lessonToGrade)), flags)
  for (const { grade, moved } of told) process.stdout.write(movedLines(grade.lesson, moved, flags.lang))
  if (told.some(({ moved }) => moved.length > 0)) return OTHERWISE
  return isGraded(told) ? WELL : UNGRADED
}

/** `grade compare A B`: where the same students do otherwise by their machines than by what they handed in. */
export async function runCompare(
  machines: string,
  submissions: string,
  { lang }: { lang: Lang },
): Promise<void> {
  const [one, other] = await Promise.all([machines, submissions].map(place => evidenceIn([place])))
  for (const id of one!.lessons.filter(lesson => other!.lessons.includes(lesson))) {
    const graded = await lessonToGrade(id)
    const gradeOf = async ({ students, attempts }: Evidence) => {
      const attemptsOf = (student: string) => attempts(student, id)
      const told = await classOf({ students, graded, attemptsOf, rules: { count: 'best' }, given: new Set() })
      return told.grade
    }
    const compared = compareGradings(await gradeOf(one!), await gradeOf(other!))
    console.log([id, ...tellComparison(compared, lang)].join('\n'))
  }
}

function tellFindings(findings: Finding[], lang: Lang): void {
  for (const { sentence } of findings) console.log(sentence[lang])
}

const notGraded = (lesson: string, lessons: string[]) =>
  new BadCall(
    text(
      `${lesson} was not graded there; graded lessons: ${lessons.join(', ')}.`,
      `那裡沒有評分過 ${lesson}；評分過的課程：${lessons.join('、')}。`,
    ),
  )
