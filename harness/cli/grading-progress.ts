import { progressScreen } from '../board/progress.ts'
import type { Bundle } from '../bundle/bundle.ts'
import type { GradingEvent } from '../grade/grade-class.ts'
import type { GradedLesson } from '../grade/judge-bundle.ts'
import { isFulfilled } from '../judge/aside.ts'
import { standardOutput } from '../tell/screen.ts'
import type { GradeFlags } from './grade-flags.ts'

/** So often the time left is drawn anew on a terminal. */
const TICK_MS = 1000

/** Tells how a grading of these lessons goes on: on a terminal redrawn, elsewhere a line for each who is finished. */
export function gradingProgress(
  students: number,
  done: number,
  lessons: GradedLesson[],
  flags: Pick<GradeFlags, 'lang' | 'color'>,
) {
  const isTerminal = process.stdout.isTTY === true
  const place = { ...standardOutput(flags), isTerminal, nowMs: () => performance.now() }
  const screen = progressScreen(place, students * lessons.length, done)
  const ticking = isTerminal ? setInterval(screen.tick, TICK_MS) : undefined
  // With several lessons one student is graded several times.
  const named = (name: string, lesson: string) => (lessons.length > 1 ? `${name} · ${lesson}` : name)
  return {
    on({ student, lesson, ...event }: GradingEvent): void {
      const about = { id: `${student.id}/${lesson}`, name: named(student.name, lesson) }
      const graded = lessons.find(one => one.lesson.id === lesson)
      if (event.kind === 'started') screen.tell({ event: 'started', ...about })
      else if (graded) screen.tell({ event: 'finished', ...about, ...soFar(event.bundle, graded) })
    },
    end(): void {
      clearInterval(ticking)
      screen.close()
    },
  }
}

/** What one attempt looks like before late rules and other attempts are known. */
function soFar({ judged, untrusted, durationMs }: Bundle, { lesson }: GradedLesson) {
  const claims = lesson.stages.flatMap(({ extra, claims: all }) => (extra ? [] : all))
  const verdicts = claims.map(({ id }) => judged[id]?.verdict)
  const isOpen = verdicts.includes('unknown') || (untrusted ?? []).length > 0
  const points = claims.reduce((sum, { id, points }) => sum + (isFulfilled(judged[id]) ? points : 0), 0)
  const isBelieved = (untrusted ?? []).length === 0
  const verdict = isBelieved && verdicts.includes('fails') ? 'fails' : isOpen ? 'unknown' : 'holds'
  return {
    verdict,
    points: isOpen ? null : points,
    maxPoints: claims.reduce((sum, claim) => sum + claim.points, 0),
    durationMs,
    isDead: verdicts.every(one => one === 'unknown'),
  } as const
}
