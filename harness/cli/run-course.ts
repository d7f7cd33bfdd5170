import { lookAtCourse } from '../check/course.ts'
import { BadCall } from '../core/errors.ts'
import { closingAfterwards } from '../core/interrupt.ts'
import { text } from '../core/text.ts'
import type { Verdict } from '../core/verdict.ts'
import { loadTaught } from '../judge/load-proofs.ts'
import type { Taught } from '../judge/proof.ts'
import { lessonIds } from '../lesson/load-lesson.ts'
import { isKept, readProgress } from '../progress/log.ts'
import { standingIn } from '../progress/standing.ts'
import { courseJson, courseLines } from '../tell/course.ts'
import { asJson, assertWritable, writeReport } from '../tell/report-file.ts'
import { printOn, standardOutput } from '../tell/screen.ts'
import { lineFor } from './again.ts'
import type { CheckFlags } from './flags.ts'
import { openLab } from './open-lab.ts'

/** Flags of a check that are about one lesson. */
const ABOUT_ONE = ['stage', 'hints', 'explain', 'junit', 'record', 'watch', 'plain'] as const

/** Says where one is in the course. `unknown` where nothing could be looked at; else it is no verdict on anybody. */
export async function runCourse(flags: CheckFlags): Promise<Verdict> {
  const strange = ABOUT_ONE.find(flag => flags[flag] !== undefined)
  if (strange !== undefined)
    throw new BadCall(
      text(
        `--${strange} is about one lesson: name it. Lessons: ${lessonIds().join(', ')}.`,
        `--${strange} 是針對一個課程的：請指定課程。現有課程：${lessonIds().join('、')}。`,
      ),
    )
  await assertWritable(flags.json)
  const lab = await openLab(flags)
  // All are read and loaded before anything is asked: a machine's patience is not spent on that.
  const taught = await Promise.all(lessonIds().map(loadTaught))
  const looker = lab.looker()
  return closingAfterwards(
    () => looker.close(),
    async signal => {
      const course = await lookAtCourse(taught, looker, flags.lang, signal, completedBefore(taught))
      const screen = standardOutput(flags)
      printOn(screen)(courseLines(course, screen, id => lineFor('check', id, flags)))
      if (flags.json !== undefined) writeReport(flags.json, asJson(courseJson(course)))
      return course.standings.every(({ progress }) => progress === 'unknown') ? 'unknown' : 'holds'
    },
  )
}

/** Which lessons the learner's own progress knows as completed; none where it cannot be read: that is said where it is noted. */
function completedBefore(taught: Taught[]): Set<string> {
  if (!isKept()) return new Set()
  try {
    const { events } = readProgress()
    const done = taught.filter(({ lesson }) => standingIn(lesson, events).completed !== undefined)
    return new Set(done.map(({ lesson }) => lesson.id))
  } catch (problem) {
    if (problem instanceof BadCall) return new Set()
    throw problem
  }
}
