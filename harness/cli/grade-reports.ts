import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { classLines } from '../board/class-lines.ts'
import { classSummaryMarkdown } from '../board/class-summary.ts'
import { readGrade, writeClass } from '../board/write-class.ts'
import type { Text } from '../core/text.ts'
import type { ClassGrade } from '../grade/class-grade.ts'
import { classOf } from '../grade/class-of.ts'
import type { Evidence } from '../grade/evidence.ts'
import { givenFacts } from '../grade/given-facts.ts'
import type { GradedLesson } from '../grade/judge-bundle.ts'
import type { Moved } from '../grade/moved.ts'
import type { RuleFlags } from './grade-flags.ts'
import { rulesFrom } from './grading-rules.ts'

/** A class in one lesson, and where its reports are, if they were written. */
export interface Told {
  grade: ClassGrade
  moved: Moved[]
  /** What nothing could be judged from. */
  lost: Text[]
  folder?: string
}

/** Judges what was seen of a class, lesson by lesson; writes the reports where `out` is a folder, and tells the class on the screen. */
export async function tellClass(
  { students, attempts, head }: Pick<Evidence, 'students' | 'attempts' | 'head'>,
  lessons: GradedLesson[],
  flags: Omit<RuleFlags, 'out'> & { out?: string | undefined },
): Promise<Told[]> {
  const rules = rulesFrom(flags)
  const all: Told[] = []
  for (const graded of lessons) {
    const { id } = graded.lesson
    const told: Told = await classOf({
      students,
      graded,
      rules,
      attemptsOf: student => attempts(student, id),
      given: givenFacts(graded.lesson),
    })
    if (flags.out !== undefined) {
      told.folder = folderFor(flags.out, id, lessons.length)
      await writeClass(told.folder, told.grade, { ...flags, ...(head !== undefined && { head }) })
    }
    all.push(told)
    for (const sentence of told.lost) console.error(sentence[flags.lang])
    process.stdout.write(`${classLines(told.grade, flags.lang, told.folder)}\n`)
    const summary = process.env.GITHUB_STEP_SUMMARY
    if (summary) appendFileSync(summary, classSummaryMarkdown(told.grade, flags.lang))
  }
  return all
}

/** Whether every student has a number, and of all that was stored. */
export const isGraded = (told: Told[]): boolean =>
  told.every(({ grade, lost }) => lost.length === 0 && grade.students.every(({ points }) => points !== null))

/** Several lessons have a folder each; so has one whose reports would take the place of another lesson's. */
function folderFor(out: string, lesson: string, count: number): string {
  const others = readGrade(out)?.lesson
  return count > 1 || (others !== undefined && others !== lesson) ? join(out, lesson) : out
}
