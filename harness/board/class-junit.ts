import type { Lang } from '../core/text.ts'
import { joined } from '../core/text.ts'
import type { ClassGrade, StudentGrade } from '../grade/class-grade.ts'
import { cleanLine } from '../tell/clean.ts'
import { suitesOf } from '../tell/junit.ts'
import { type Case, type Suite, suitesXml } from '../tell/junit-builder.ts'
import { isUntrusted, nameOf, pointsFigure } from './figures.ts'
import { judgedStages } from './judged.ts'
import { words } from './wording.ts'

/**
 * A class as one JUnit file: a suite a student and stage, a case a claim; unknown is an error, waits is skipped. Of a
 * machine that is not believed every claim is an error of the type `untrusted`, whatever was seen there.
 */
export function classJUnit(grade: ClassGrade, lang: Lang): Promise<string> {
  const at = dateOf(grade.gradedAt) ?? new Date(0)
  const suites = grade.students.flatMap(student => suitesOfStudent(grade, student, lang))
  return suitesXml(grade.lesson.id, at, suites)
}

function suitesOfStudent(grade: ClassGrade, student: StudentGrade, lang: Lang): Suite[] {
  const startedAt = dateOf(student.startedAt)
  const { id, attempt, attempts, latePoints = 0, sameMachineAs = [] } = student
  const who = nameOf(student)
  const stages = judgedStages(grade, student)
  return suitesOf({ ...student.closing, lang, stages }).map((suite, index) => {
    const { stage } = stages[index]!
    const graded = student.stages.find(one => one.stage === stage.id)
    return {
      ...suite,
      name: `${who} (${id}) · ${stage.title[lang]}`,
      ...(startedAt && { startedAt }),
      properties: {
        ...suite.properties,
        student: id,
        name: who,
        points: graded?.points == null ? words.ungraded[lang] : pointsFigure(graded.points),
        ...(graded && { maxPoints: pointsFigure(graded.maxPoints) }),
        attempt: `${attempt}/${attempts}`,
        latePoints: latePoints > 0 ? pointsFigure(latePoints) : undefined,
        sameMachineAs: sameMachineAs.map(one => one.id).join(' ') || undefined,
      },
      cases: suite.cases.map(one => ({
        ...(isUntrusted(student) ? notBelieved(one, student, lang) : one),
        className: `${grade.lesson.id}.${id}.${stage.id}`,
      })),
    }
  })
}

function notBelieved(one: Case, { untrusted = [] }: StudentGrade, lang: Lang): Case {
  const why = words.notBelieved(joined(untrusted))[lang]
  const message = cleanLine(why, { lang })
  const body = [message, ...(one.body === undefined ? [] : [one.body])].join('\n\n')
  return { ...one, verdict: 'unknown', type: 'untrusted', message, body }
}

function dateOf(iso: string): Date | undefined {
  const date = new Date(iso)
  return Number.isNaN(date.getTime()) ? undefined : date
}
