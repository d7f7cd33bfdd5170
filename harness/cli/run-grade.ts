import { openLedger } from '../bundle/ledger.ts'
import { graderKey } from '../bundle/key.ts'
import { BadCall } from '../core/errors.ts'
import { nearest } from '../core/nearest.ts'
import { text } from '../core/text.ts'
import { gradeClass, type GradingEvent } from '../grade/grade-class.ts'
import { type GradedLesson, lessonToGrade } from '../grade/judge-bundle.ts'
import { reachMachines } from '../grade/reach.ts'
import { ownVersion } from '../grade/versions.ts'
import { ofShard, type Shard, shardFrom } from '../prove/shard.ts'
import { loadRoster } from '../roster/load-roster.ts'
import { pinHostKeys } from '../roster/pin-host-keys.ts'
import type { Roster, Student } from '../roster/roster.ts'
import { connectMachine } from '../ssh/connect.ts'
import { SharedJumps } from '../ssh/shared-jumps.ts'
import type { GradeFlags } from './grade-flags.ts'
import { gradingProgress } from './grading-progress.ts'
import { type Told, tellClass } from './grade-reports.ts'
import { rulesFrom } from './grading-rules.ts'
import { closingAfterwards } from './interrupt.ts'

/** Enough that a dead machine's deadline costs nobody else; few enough for one process and a jump host. */
const USUAL_JOBS = 8

/** Everybody who was graded has a number; somebody has none. */
const [GRADED, UNGRADED] = [0, 2]

/** Grades a class. Resolves with the exit code: 0 when every student has a number, 2 when a part of somebody's work is ungraded. */
export async function runGrade(flags: GradeFlags): Promise<number> {
  const roster = await loadRoster(rosterFile(flags))
  const lessons = await lessonsMeant(roster, flags.lesson)
  const shard = flags.shard === undefined ? undefined : shardFrom(flags.shard)
  const students = studentsMeant(roster, flags.student, shard)
  rulesFrom(flags)
  const pins = pinHostKeys(roster, { isStrict: flags.strictHostKeys === true })
  if (flags.list) {
    const { listRoster } = await import('../board/roster-list.ts')
    process.stdout.write(listRoster({ ...roster, students }, flags.lang, pins.where))
    return GRADED
  }
  const ledger = await openLedger(flags.out, { key: graderKey() })
  const jumps = new SharedJumps()
  const progress = gradingProgress(students.length * lessons.length, flags)
  let told: Told[] = []
  let over: Promise<unknown> = Promise.resolve()
  const finish = async () => {
    await over
    progress.end()
    await jumps.close()
    // Also when it was stopped: what is finished is kept, and told.
    told = await tellClass({ students, attempts: ledger.attempts }, lessons, flags)
    await ledger.close()
  }
  await closingAfterwards(finish, async signal => {
    const about = { rosterDigest: roster.digest, lessons: lessons.map(({ lesson }) => lesson.id), checker: ownVersion() }
    const before = flags.resume ? ledger.unfinished() : undefined
    await ledger.begin({
      ...about,
      ...(shard && { shard: { number: shard.index, of: shard.total } }),
      resume: flags.resume === true,
    })
    const done = new Set(before?.done.map(({ student, lesson }) => `${lesson}/${student}`))
    const grading = gradeClass({
      students,
      lessons,
      store: ledger,
      reach: reachMachines(student => (node, address, options) =>
        connectMachine(node, address, { ...options, pins: pins.of(student.id), jumps }),
      ),
      jobs: flags.jobs ?? USUAL_JOBS,
      deadlineMs: flags.patience * 1000,
      isDone: (student, lesson) => done.has(`${lesson}/${student}`),
      onEvent: event => progress.on(event),
      signal,
    })
    over = grading.catch(() => undefined)
    await grading
    await ledger.end()
  })
  return told.every(({ grade }) => grade.students.every(({ points }) => points !== null)) ? GRADED : UNGRADED
}
