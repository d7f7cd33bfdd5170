import { stringify } from 'csv-stringify/sync'
import { BadCall } from '../core/errors.ts'
import { type Lang, text } from '../core/text.ts'
import type { ClassGrade } from '../grade/class-grade.ts'
import { feedbackOf } from './feedback.ts'
import { nameOf, pointsFigure } from './figures.ts'
import type { Feedback } from './student-report.ts'

/**
 * What Moodle reads as “no grade”. Releases before 5 make a zero of an empty field where the column becomes a new grade
 * item (`import_new_grade_item`, then `normalise_value` of the database driver); a dash is no grade in all of them.
 */
const NO_GRADE = '-'

/** A program that takes another separator for the real one begins a cell after it; there a formula may begin too. */
const INNER_FORMULA = /([;,|"'\n]\s*)(?=[=+\-@＝＋－＠])/gu

/**
 * A class as a CSV file for Moodle's gradebook (Grades → Import → CSV file): map “ID number” to “ID number”, “… points” to the grade item and “… feedback” to its feedback. The
 * rules are those of `grade/import/csv/classes/load_data.php` and `lib/csvlib.class.php` in github.com/moodle/moodle:
 * columns by header, UTF-8 with or without a mark, decimals with a point; a name is ignored. Nothing in it is run by a
 * spreadsheet. A student who is ungraded has a dash and is told why. BadCall for the id `0`: Moodle before 5 takes it for an
 * empty field, and gives the grade to the student above.
 */
export function moodleCsv(grade: ClassGrade, lang: Lang, feedback: Feedback = 'full'): string {
  if (grade.students.some(({ id }) => id === '0'))
    throw new BadCall(
      text(
        'Moodle cannot import a grade for the id 0; give this student another id in the roster.',
        'Moodle 無法匯入 id 為 0 的成績，請在名單裡替這位學生改用別的 id。',
      ),
    )
  const { id: lesson } = grade.lesson
  const rows = grade.students.map(student => [
    student.id,
    inert(nameOf(student)),
    { points: student.points === null ? NO_GRADE : pointsFigure(student.points) },
    inert(feedbackOf(grade, student, lang, feedback)),
  ])
  return stringify([['ID number', 'Name', `${lesson} points`, `${lesson} feedback`], ...rows], {
    bom: true,
    escape_formulas: true,
    record_delimiter: 'windows',
    cast: { object: ({ points }) => ({ value: String(points), escape_formulas: false }) },
  })
}

/** The library escapes what a field begins with; this, what may begin a field for others. */
const inert = (words: string) => words.replace(INNER_FORMULA, "$1'")
