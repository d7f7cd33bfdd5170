import type { ClassGrade, StudentGrade } from '../grade/class-grade.ts'
import { plainIn } from '../tell/clean.ts'
import { countedStages } from '../tell/tally.ts'
import { headcount, isUntrusted, nameOf, studentReports } from './figures.ts'
import { brokenFirst, judgedStages } from './judged.ts'

/**
 * A class's grades as plain data, schema 1: what `grade.json` holds. Points are null while a part of them is ungraded,
 * `ungraded` are the ids of the claims that are the reason; texts are in the language of the check.
 */
export function gradeJson(grade: ClassGrade) {
  return {
    schema: 1,
    lesson: grade.lesson.id,
    gradedAt: grade.gradedAt,
    summary: headcount(grade.students),
    students: grade.students.map(student => studentJson(grade, student)),
  }
}

function studentJson(grade: ClassGrade, student: StudentGrade) {
  const { lang } = student.closing
  const { say, line } = plainIn(lang)
  const broken = brokenFirst(student)
  const claims = countedStages(judgedStages(grade, student)).flatMap(stage => stage.claims)
  const ungraded = claims.filter(({ judgement }) => isUntrusted(student) || judgement.verdict === 'unknown')
  const { latePoints, countedFrom, untrusted = [], unexamined = [], sameMachineAs = [] } = student
  const { unreached, lost, wrongClocks = [] } = student
  return {
    id: student.id,
    name: nameOf(student),
    verdict: student.verdict,
    points: student.points,
    maxPoints: student.maxPoints,
    durationMs: Math.round(student.durationMs),
    firstBroken: broken
      ? {
          claim: broken.claim,
          title: line(broken.judged.claim.title),
          where: line(broken.where),
          saw: say(broken.saw),
        }
      : null,
    report: studentReports(student.id).json,
    attempt: student.attempt,
    attempts: student.attempts,
    startedAt: student.startedAt,
    stages: student.stages.map(({ stage: id, points, maxPoints, isExtra }) => ({
      id,
      points,
      maxPoints,
      ...(isExtra && { extra: true }),
    })),
    ungraded: ungraded.map(({ claim }) => claim.id),
    ...(latePoints !== undefined && { latePoints }),
    ...(countedFrom && { countedFrom }),
    ...(unreached && { unreached: say(unreached) }),
    ...(lost && { lost: say(lost) }),
    ...(untrusted.length > 0 && { untrusted: untrusted.map(say) }),
    ...(unexamined.length > 0 && {
      unexamined: unexamined.map(({ node, reason }) => ({ node: line(node), reason: say(reason) })),
    }),
    ...(wrongClocks.length > 0 && {
      wrongClocks: wrongClocks.map(({ node, fastMs }) => ({ node: line(node), fastMs })),
    }),
    ...(sameMachineAs.length > 0 && {
      sameMachineAs: sameMachineAs.map(({ id, facts }) => ({ id, facts: facts.map(line) })),
    }),
  }
}
