import { joined, type Lang, text } from '../core/text.ts'
import type { ClassGrade, StudentGrade } from '../grade/class-grade.ts'
import { inSeconds, SIGN, stageTitle, WORD } from '../tell/wording.ts'
import { isShared, isUntrusted, nameOf, namesById, pointsFigure } from './figures.ts'
import { both, dataBlock, escapeHtml, heard, seen, shown } from './html.ts'
import { brokenFirst, judgedStages } from './judged.ts'
import { labels } from './labels.ts'
import { claimMark, JOINTS, type Mark, spoken, stageMark, Tails, UNTRUSTED_SIGN } from './tails.ts'
import { pointsOfAll, remarks, together, whyNothingSeen, words } from './wording.ts'

/** The board: students by claims, grouped by stage, with what each came to. */
export function boardTable(grade: ClassGrade, lang: Lang): string {
  const { stages } = grade.lesson
  const tails = new Tails()
  const names = namesById(grade.students)
  const columns = stages.flatMap((stage, at) => [
    ...stage.claims.map(({ id, title }) => ({ id, title, isStage: false })),
    { id: '', title: stagePoints(at + 1, stageTitle(stage)), isStage: true },
  ])
  const plain = (key: keyof typeof labels) =>
    `<th scope="col" rowspan="2"${SORTED[key] ? ` data-sort="${SORTED[key]}"` : ''} class="${key}">${both(labels[key])}</th>`
  const groups = stages.map(
    (stage, at) =>
      `<th scope="colgroup" colspan="${stage.claims.length + 1}"><span class="group">${at + 1}. ${both(stageTitle(stage))}</span></th>`,
  )
  const heads = columns.map(({ id, title, isStage }) =>
    isStage
      ? `<th scope="col" class="stage">${seen('Σ')}${heard(both(title))}</th>`
      : `<th scope="col" title="${shown(title[lang])}">${seen(`<span>${shown(id)}</span>`, 'turned')}${heard(both(title))}</th>`,
  )
  const rows = grade.students.map((student, at) => {
    const marks = judgedStages(grade, student).flatMap(({ stage, claims }) => {
      const sum = student.stages.find(one => one.stage === stage.id)
      const maxPoints = claims.reduce((total, { claim }) => total + claim.points, 0)
      return [
        ...claims.map(one => claimMark(one, student)),
        stageMark(sum?.points ?? null, sum?.maxPoints ?? maxPoints),
      ]
    })
    const name = names.get(student.id) ?? student.id
    const cells = marks.map(
      (mark, column) =>
        `<td class="${mark.kind}" data-t="${tails.numberOf(mark.tail)}">${seen(escapeHtml(mark.sign))}${heard(escapeHtml(spoken(name, columns[column]!.title[lang], mark.tail[lang], lang)))}</td>`,
    )
    const broken = brokenFirst(student)
    const rank = columns.findIndex(({ id }) => id === broken?.claim)
    return `<tr data-at="${at}" data-points="${student.points ?? -1}" data-time="${student.durationMs}" data-broken="${rank < 0 ? columns.length : rank}" data-kind="${kindOf(student)}"${isShared(student) ? ' data-shared' : ''}><th scope="row" class="student"><a href="#student-${at}">${escapeHtml(name)}</a>${idBeside(student, name)}</th>${[
      pointsCell(student, name),
      ...cells,
      brokenCell(student, name),
      remarksCell(student, name, id => names.get(id) ?? id),
      `<td class="time">${seen(`${inSeconds(student.durationMs)}&nbsp;s`)}${heard(`${escapeHtml(name)}: ${both(text(`${inSeconds(student.durationMs)} seconds`, `${inSeconds(student.durationMs)} 秒`))}`)}</td>`,
    ].join('')}</tr>`
  })
  return `<div class="wide" role="region" tabindex="0" aria-labelledby="board-caption">
<table id="board">
<caption id="board-caption">${both(caption(grade))}</caption>
<colgroup span="2"></colgroup>${stages.map(({ claims }) => `<colgroup span="${claims.length + 1}"></colgroup>`).join('')}<colgroup span="3"></colgroup>
<thead><tr>${plain('student')}${plain('points')}${groups.join('')}${plain('firstBroken')}${plain('remarks')}${plain('time')}</tr><tr>${heads.join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</div>
${dataBlock('spoken', { about: columns.map(({ title }) => title), tails: tails.all, joints: JOINTS })}`
}

/** The course's system knows students by their id; a name that is not the only one has it already. */
const idBeside = (student: StudentGrade, name: string) =>
  name === nameOf(student) && name !== student.id ? ` <small>${shown(student.id)}</small>` : ''

/** By which of a row's figures a column sorts it. */
const SORTED: Partial<Record<keyof typeof labels, string>> = {
  student: 'name',
  points: 'points',
  firstBroken: 'broken',
  time: 'time',
}

const stagePoints = (number: number, title: { en: string; 'zh-TW': string }) =>
  text(`points of stage ${number}, “${title.en}”`, `第 ${number} 個階段「${title['zh-TW']}」的分數`)

const caption = ({ lesson, students }: ClassGrade) =>
  text(
    `${students.length} students by claims of ${lesson.id}, with points, time and the first broken link`,
    `${students.length} 位學生在 ${lesson.id} 各檢查項目的結果，以及分數、時間和第一個斷掉的環節`,
  )

/** What the choice above the table shows a row for. */
function kindOf({ points, verdict }: StudentGrade): 'ungraded' | 'whole' | 'partly' {
  if (points === null) return 'ungraded'
  return verdict === 'holds' ? 'whole' : 'partly'
}

function pointsCell(student: StudentGrade, name: string): string {
  const { points, maxPoints, verdict } = student
  const kind: Mark['kind'] = isUntrusted(student) ? 'untrusted' : verdict
  const sign = isUntrusted(student) ? UNTRUSTED_SIGN : SIGN[verdict]
  const word = isUntrusted(student) ? text('not believed', '不採信') : WORD[verdict]
  const figure =
    points === null
      ? both(words.ungraded)
      : `<b>${pointsFigure(points)}</b><small>/${pointsFigure(maxPoints)}</small>`
  const late = student.latePoints ? [words.late(student.latePoints)] : []
  const told = points === null ? [words.ungraded] : [pointsOfAll(points, maxPoints), ...late]
  return `<td class="points">${seen(`<i class="${kind}">${escapeHtml(sign)}</i> ${figure}`)}${heard(`${escapeHtml(name)}: ${both(joined([word, ...told], text(', ', '，')))}`)}</td>`
}

function brokenCell(student: StudentGrade, name: string): string {
  const broken = brokenFirst(student)
  const { untrusted = [] } = student
  const nothing = whyNothingSeen(student)
  if (broken)
    return `<td class="broken">${seen(shown(broken.where, { limit: 200 }))}${heard(`${escapeHtml(name)}: ${both(words.brokenAt(broken.judged.claim.title, broken.where))}`)}</td>`
  if (nothing) return told(name, 'broken', nothing)
  if (untrusted.length > 0) return told(name, 'broken', words.notBelieved(joined(untrusted)))
  const none =
    student.verdict === 'holds'
      ? text('no broken link', '沒有斷掉的環節')
      : text(
          'no broken link was seen, but not everything could be inspected',
          '沒有看到斷掉的環節，但有些項目無法查看',
        )
  return student.verdict === 'holds'
    ? `<td class="broken none">${seen('–')}${heard(`${escapeHtml(name)}: ${both(none)}`)}</td>`
    : told(name, 'broken', none)
}

function remarksCell(student: StudentGrade, name: string, names: (id: string) => string): string {
  const all = remarks(student, names)
  if (all.length > 0) return told(name, 'remarks', together(all))
  return `<td class="remarks none">${seen('–')}${heard(`${escapeHtml(name)}: ${both(text('no remarks', '沒有備註'))}`)}</td>`
}

/** A cell whose words the eye sees too. */
const told = (name: string, kind: string, sentence: { en: string; 'zh-TW': string }) =>
  `<td class="${kind}">${heard(`${escapeHtml(name)}: `)}<span class="told">${both(sentence, 300)}</span></td>`
