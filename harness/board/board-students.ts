import { isOfCommands } from '../bundle/copies.ts'
import { LANGS, type Lang, type Text, text } from '../core/text.ts'
import type { ClassGrade, StudentGrade } from '../grade/class-grade.ts'
import { detailsOf } from '../tell/details.ts'
import type { JudgedClaim } from '../tell/teller.ts'
import { SIGN, WORD } from '../tell/wording.ts'
import { isNotYet, isUntrusted, nameOf, namesById, studentReports } from './figures.ts'
import { both, escapeHtml, seen, shown } from './html.ts'
import { judgedStages } from './judged.ts'
import { pointsOfAll, whyNothingSeen, words } from './wording.ts'

/** How much of one answer the board shows; the student's own report has it whole. */
const LIMIT = 400

/** Each student on a part of its own, that opens: why it is ungraded, and what each claim that does not hold came to. */
export function boardStudents(grade: ClassGrade): string {
  const names = namesById(grade.students)
  return grade.students.map((student, at) => part(grade, student, at, names)).join('\n')
}

function part(grade: ClassGrade, student: StudentGrade, at: number, names: Map<string, string>): string {
  const { points, maxPoints, untrusted = [], unexamined = [], sameMachineAs = [] } = student
  const nothingSeen = whyNothingSeen(student)
  const figure = points === null ? words.ungraded : pointsOfAll(points, maxPoints)
  const lines = [
    ...(nothingSeen ? [nothingSeen] : []),
    ...untrusted.map(words.notBelieved),
    ...unexamined.map(notExamined),
    ...sameMachineAs.map(({ id, facts }) => shares(names.get(id) ?? id, facts)),
    ...(points === null && !isNotYet(student) ? [words.gradeAgain(untrusted.length === 0)] : []),
  ]
  const told = isUntrusted(student) || nothingSeen ? [] : reasons(grade, student)
  const nothing = lines.length + told.length === 0 ? [words.everyClaimHolds] : []
  return `<details id="student-${at}"><summary><b>${escapeHtml(nameOf(student))}</b> <small>${shown(student.id)}</small> <span>${both(figure)}</span></summary>
${[...lines, ...nothing].map(line => `<p>${both(line)}</p>`).join('')}${told.join('')}<p class="report">${both(reportIn(studentReports(student.id).json))}</p></details>`
}

const notExamined = ({ node, reason }: { node: string; reason: Text }): Text =>
  text(
    `The programs of ${node} could not be examined, which honest machines may have too: ${reason.en}`,
    `無法檢驗 ${node} 的程式，誠實的機器也可能如此：${reason['zh-TW']}`,
  )

const shares = (name: string, facts: string[]): Text => {
  const list = facts.join(', ')
  if (facts.every(isOfCommands))
    return text(`Same commands as ${name}: both handed in ${list}`, `和 ${name} 繳交的指令相同：${list}`)
  return text(`Same machine as ${name}: both have ${list}`, `和 ${name} 是同一台機器：兩邊都有 ${list}`)
}

const reportIn = (file: string): Text => text(`Report: ${file}`, `報告：${file}`)

/** What does not hold, in the lesson's order; claims that are unknown for one and the same reason together. */
function reasons(grade: ClassGrade, student: StudentGrade): string[] {
  const claims = judgedStages(grade, student).flatMap(stage => stage.claims)
  const groups = new Map<string, JudgedClaim[]>()
  for (const judged of claims) {
    const { verdict } = judged.judgement
    if (verdict !== 'fails' && verdict !== 'unknown') continue
    const key = verdict === 'fails' ? judged.claim.id : JSON.stringify(detailsOf(judged, 'en', LIMIT))
    groups.set(key, [...(groups.get(key) ?? []), judged])
  }
  return [...groups.values()].map(reason)
}

function reason(group: JudgedClaim[]): string {
  const [first] = group as [JudgedClaim]
  const { verdict } = first.judgement
  const [one, other] = LANGS.map(lang => detailsIn(first, lang))
  const rows = one!.map(({ key, label, value, isCommand }, at) => {
    const [zh, en] = [value, other?.[at]?.value ?? value]
    const words = both(text(en, zh), LIMIT)
    return `<dt>${both(text(other?.[at]?.label ?? label, label))}</dt><dd class="${key}">${isCommand || key === 'where' ? `<code>${words}</code>` : words}</dd>`
  })
  const titles = group.map(({ claim }) => `<li>${both(claim.title)}</li>`).join('')
  return `<div class="reason ${verdict}"><p class="word"><i class="${verdict}" aria-hidden="true">${SIGN[verdict]}</i> ${both(WORD[verdict])}</p><ul>${titles}</ul><dl>${rows.join('')}</dl></div>`
}

const detailsIn = (judged: JudgedClaim, lang: Lang) => detailsOf(judged, lang, LIMIT)

/** The claims by name, for who sees only their ids at the head of the table. */
export const claimList = ({ lesson }: ClassGrade): string =>
  `<ol class="claims">${lesson.stages
    .map(
      ({ title, claims }) =>
        `<li><b>${both(title)}</b><ul>${claims
          .map(
            claim =>
              `<li><code>${shown(claim.id)}</code> ${both(claim.title)} <small>${both(worth(claim.points))}</small></li>`,
          )
          .join('')}</ul></li>`,
    )
    .join('')}</ol>`

const worth = (points: number): Text =>
  points === 0
    ? text('no points', '不計分')
    : text(`${points} ${points === 1 ? 'point' : 'points'}`, `${points} 分`)

/** What each sign of the table means. */
export const legend = (marks: { kind: string; sign: string; word: Text }[]): string =>
  `<ul class="legend">${marks
    .map(({ kind, sign, word }) => `<li>${seen(escapeHtml(sign), `mark ${kind}`)} ${both(word)}</li>`)
    .join('')}</ul>`
