import type { Lang, Text } from '../core/text.ts'
import type { ClassGrade, StudentGrade } from '../grade/class-grade.ts'
import { cleanLine } from '../tell/clean.ts'
import { escapeMarkdown, markdownTable } from '../tell/markdown.ts'
import { COLON, SIGN, WORD } from '../tell/wording.ts'
import { clusters } from './clusters.ts'
import { headcount, isUntrusted, namesById, pointsFigure } from './figures.ts'
import { brokenFirst } from './judged.ts'
import { labels } from './labels.ts'
import { headline, remarks, together, whyNothingSeen, words } from './wording.ts'

/** GitHub cuts a step's summary at 1 MiB; of a class of a thousand this leaves half. */
const CELL_LIMIT = 200
const CLUSTERS = 10

/** A class as Markdown for a step's summary (GITHUB_STEP_SUMMARY) or a merge request: headcount, mistakes, a row a student. */
export function classSummaryMarkdown(grade: ClassGrade, lang: Lang): string {
  const { lesson, students } = grade
  const shown = (line: Text | string) =>
    escapeMarkdown(cleanLine(typeof line === 'string' ? line : line[lang], { lang, limit: CELL_LIMIT }))
  const names = namesById(students)
  const mistakes = clusters(grade)
    .slice(0, CLUSTERS)
    .map(({ title, where, students: { length } }) =>
      [
        `- **${words.ofAll(length, students.length)[lang]}**${COLON[lang]}${shown(title)}`,
        ...(where ? [shown(where)] : []),
      ].join(' · '),
    )
  const row = (student: StudentGrade) => [
    shown(names.get(student.id) ?? student.id),
    `${SIGN[student.verdict]} ${WORD[student.verdict][lang]}`,
    student.points === null
      ? words.ungraded[lang]
      : `${pointsFigure(student.points)}/${pointsFigure(student.maxPoints)}`,
    shown(brokenFirst(student)?.where ?? ''),
    shown(together([...why(student), ...remarks(student, id => names.get(id) ?? id)])),
  ]
  const head = [labels.student, labels.verdict, labels.points, labels.firstBroken, labels.remarks]
  return [
    `## ${shown(`${lesson.id} · ${lesson.title[lang]}`)}`,
    shown(headline(headcount(students))),
    ...(mistakes.length > 0 ? [`### ${labels.clusters[lang]}\n\n${mistakes.join('\n')}`] : []),
    markdownTable(
      head.map(label => label[lang]),
      students.map(row),
    ),
    '',
  ].join('\n\n')
}

const why = (student: StudentGrade): Text[] => {
  const nothing = whyNothingSeen(student)
  if (nothing) return [nothing]
  return isUntrusted(student) ? [words.notBelieved(together(student.untrusted!))] : []
}
