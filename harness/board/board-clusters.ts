import { type Text, text } from '../core/text.ts'
import type { ClassGrade } from '../grade/class-grade.ts'
import { type Cluster, clusters } from './clusters.ts'
import { namesById } from './figures.ts'
import { both, escapeHtml, heard, seen, shown } from './html.ts'
import { words } from './wording.ts'

/** So many mistakes are open to the eye; the rest, mostly of one student each, in one part that opens. */
const OPEN = 8

/** What a teacher explains again: the mistakes of the class, biggest first, with who made each. */
export function boardClusters(grade: ClassGrade): string {
  const all = clusters(grade)
  if (all.length === 0) return `<p>${both(text('No claim is seen to fail.', '沒有看到不成立的項目。'))}</p>`
  const names = namesById(grade.students)
  const students = new Map([...names].map(([id, name], at) => [id, { at, name }]))
  const item = (cluster: Cluster) => clusterItem(cluster, grade, id => students.get(id)!)
  const rest = all.slice(OPEN)
  const more =
    rest.length === 0
      ? ''
      : `<details class="more"><summary>${both(text(`${rest.length} more`, `還有 ${rest.length} 項`))}</summary><ol class="clusters" start="${OPEN + 1}">${rest.map(item).join('\n')}</ol></details>`
  return `<ol class="clusters">\n${all.slice(0, OPEN).map(item).join('\n')}\n</ol>${more}`
}

function clusterItem(
  { title, where, students, firstFor, claims, hint }: Cluster,
  { students: { length: total }, lesson }: ClassGrade,
  studentOf: (id: string) => { at: number; name: string },
): string {
  const { length } = students
  const titles = lesson.stages.flatMap(stage => stage.claims.filter(({ id }) => claims.includes(id)))
  const who = students
    .map(studentOf)
    .map(({ at, name }) => `<li><a href="#student-${at}">${escapeHtml(name)}</a></li>`)
    .join('')
  const bar = `<svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect width="${((100 * length) / total).toFixed(1)}" height="1"/></svg>`
  return `<li><p class="share">${seen(`<b>${length}</b>/${total}`)}${heard(both(ofStudents(length, total)))}${bar}</p>
<div><h3>${both(title, 300)}</h3>
${where ? `<p class="where"><code>${shown(where, { limit: 200 })}</code></p>` : ''}
<p class="about">${both(
    about(
      firstFor.length,
      titles.map(claim => claim.title),
    ),
  )}${hint ? `<br>${both(hint, 400)}` : ''}</p>
<details><summary>${both(text(length === 1 ? '1 student' : `${length} students`, `${length} 位學生`))}</summary><ul class="names">${who}</ul></details></div></li>`
}

const ofStudents = (some: number, all: number): Text =>
  text(`${some} of ${all} students`, `${all} 位學生中有 ${some} 位`)

const about = (first: number, titles: Text[]): Text => {
  const fails = words.theseFail(titles)
  if (first === 0) return text(`${fails.en}.`, `${fails['zh-TW']}。`)
  return text(
    `${fails.en}; for ${first} it is the first broken link.`,
    `${fails['zh-TW']}；其中 ${first} 人的第一個斷掉的環節就在這裡。`,
  )
}
