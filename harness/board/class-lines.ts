import { join } from 'node:path'
import { type Lang, text } from '../core/text.ts'
import type { ClassGrade } from '../grade/class-grade.ts'
import { cleanLine } from '../tell/clean.ts'
import { COLON } from '../tell/wording.ts'
import { clusters } from './clusters.ts'
import { headcount } from './figures.ts'
import { headline, words } from './wording.ts'
import { CLASS_FILES } from './write-class.ts'

/** So many mistakes are told on a screen; the board has them all. */
const MOST = 5

/** A graded class for a terminal: how many, the commonest mistakes, and where the board is, if reports were written. */
export function classLines(grade: ClassGrade, lang: Lang, folder?: string): string {
  const { lesson, students } = grade
  const count = headcount(students)
  const heads = headline(count)
  const mistakes = clusters(grade)
    .slice(0, MOST)
    .map(({ title, where, students: who }) => {
      const some = text(`${who.length} of ${students.length}`, `${students.length} 人中有 ${who.length} 人`)
      return `  ${some[lang]}${COLON[lang]}${cleanLine(title[lang], { lang })} · ${cleanLine(where, { lang })}`
    })
  const board = folder === undefined ? [] : [`${WHERE[lang]}${COLON[lang]}${join(folder, CLASS_FILES.board)}`]
  const shared = count.shared > 0 ? [`  ${count.shared} ${words.shared[lang]}`] : []
  return [`${lesson.id} · ${heads[lang]}`, ...mistakes, ...shared, ...board].join('\n')
}

const WHERE = text('Class board', '全班總表')
