import { graderKey } from '../bundle/key.ts'
import { openLedger } from '../bundle/ledger.ts'
import { BadCall } from '../core/errors.ts'
import { closingAfterwards } from '../core/interrupt.ts'
import { nearest } from '../core/nearest.ts'
import { joined, same, text } from '../core/text.ts'
import { ownVersion } from '../core/version.ts'
import { assertExampleLabs, EXAMPLE_ROSTER, gradeExample } from '../grade/example-class.ts'
import { gradeClass } from '../grade/grade-class.ts'
import { gradedAlready, keyOf } from '../grade/graded-already.ts'
import { lessonToGrade } from '../grade/judge-bundle.ts'
import { reachClass } from '../grade/reach-class.ts'
import { lessonIds } from '../lesson/load-lesson.ts'
import { complain } from '../manifest/validate.ts'
import { ofShard, type Shard, shardFrom } from '../prove/shard.ts'
import { listRoster } from '../roster/list-roster.ts'
import { loadRoster } from '../roster/load-roster.ts'
import { assertNodesFit } from '../roster/nodes-fit.ts'
import { pinHostKeys } from '../roster/pin-host-keys.ts'
import type { Roster, Student } from '../roster/roster.ts'
import { nodeNames } from '../topology/topology.ts'
import type { GradeFlags } from './grade-flags.ts'
import { isGraded, type Told, tellClass } from './grade-reports.ts'
import { gradingProgress } from './grading-progress.ts'
import { rulesFrom } from './grading-rules.ts'

/** Enough that a dead machine's deadline costs nobody else; few enough for one process and a jump host. */
const USUAL_JOBS = 8

/** Labs of the example class, side by side. */
const EXAMPLE_LABS = 2

/** Labs of containers for handed-in commands, side by side; virtual machines take all there is. */
const SANDBOXES = 2

const GOES_ON = text(
  'Stopped. Who is finished is kept; the same command with --resume grades the others.',
  '已中斷。完成的學生都保留下來了；同樣的指令加上 --resume 會評分其他學生。',
)

const GOES_ON_MENDED = text(
  'Who is finished is kept; once that is mended, the same command with --resume goes on.',
  '完成的學生都保留下來了；排除問題後，同樣的指令加上 --resume 會繼續評分。',
)

/** What stopped a grading that had begun, and how it goes on. */
const goingOn = (thrown: unknown): unknown =>
  thrown instanceof BadCall
    ? Object.assign(new BadCall(joined([thrown.sentence, GOES_ON_MENDED], same('\n'))), { cause: thrown })
    : thrown

/** Everybody who was graded has a number; somebody has none. */
const [GRADED, UNGRADED] = [0, 2]

/** Grades a class. Resolves with the exit code: 0 when every student has a number, 2 when a part of somebody's work is ungraded. */
export async function runGrade(flags: GradeFlags): Promise<number> {
  const roster = await loadRoster(rosterFile(flags))
  const lessons = await Promise.all(lessonsMeant(roster, flags).map(id => lessonOf(roster, id, flags)))
  const shard = flags.shard === undefined ? undefined : shardFrom(flags.shard)
  const students = studentsMeant(roster, flags, shard)
  rulesFrom(flags)
  const needed = lessons.map(({ lesson: { id, topology } }) => ({ lesson: id, nodes: nodeNames(topology) }))
  await assertNodesFit(roster, students, needed)
  if (flags.list) {
    process.stdout.write(listRoster({ ...roster, students }, flags.lang))
    return GRADED
  }
  if (flags.example) await assertExampleLabs(students)
  const pins = pinHostKeys(roster, { isStrict: flags.strictHostKeys === true })
  const work = reachClass({
    pinsOf: ({ id }) => pins.of(id),
    submissionsOn: flags.submissions,
    sandboxCount: flags.submissions === 'qemu' ? 1 : SANDBOXES,
  })
  const ledger = await openLedger(flags.out, { key: graderKey() })
  const about = {
    rosterDigest: roster.digest,
    lessons: lessons.map(({ lesson }) => lesson.id),
    students: roster.students.map(({ id, name }) => ({ id, name })),
    checker: ownVersion(),
    ...(shard && { shard: { number: shard.index, of: shard.total } }),
  }
  const begun = async () => {
    const done = flags.resume ? await gradedAlready(ledger) : new Set<string>()
    return { done, run: await ledger.begin({ ...about, resume: flags.resume === true }) }
  }
  const { done, run } = await begun().catch(async thrown => {
    await ledger.close()
    throw thrown
  })
  const isDone = (student: string, lesson: string) => done.has(keyOf(student, lesson))
  const doneOf = (student: Student) => lessons.filter(({ lesson }) => isDone(student.id, lesson.id)).length
  const doneCount = students.reduce((sum, student) => sum + doneOf(student), 0)
  const progress = gradingProgress(students.length, doneCount, lessons, flags)
  let told: Told[] = []
  let over: Promise<unknown> = Promise.resolve()
  let isStopped = false
  let finishing: Promise<void> | undefined
  // A signal and the end of the work both ask for it; it is done once.
  const finish = () => {
    finishing ??= (async () => {
      await over
      progress.end()
      const closed = await Promise.allSettled([work.close(), ledger.close()])
      // Also when it was stopped: what is finished is kept, and told; and always of the whole class.
      const { attempts, head } = ledger
      const all = shard ? ofShard(roster.students, shard) : roster.students
      told = await tellClass({ students: all, attempts, head }, lessons, flags)
      const broken = closed.find(one => one.status === 'rejected')
      if (broken) throw broken.reason
      if (isStopped) console.error(GOES_ON[flags.lang])
    })()
    return finishing
  }
  await closingAfterwards(finish, async signal => {
    signal.addEventListener('abort', () => {
      isStopped = true
    })
    const request = { students, lessons, store: ledger, isDone, signal }
    const { queue: connection, lang } = flags
    const here = {
      ...request,
      reach: work.reach,
      submissionsOn: flags.submissions,
      jobs: flags.jobs ?? (flags.example ? EXAMPLE_LABS : USUAL_JOBS),
      deadlineMs: flags.patience * 1000,
      onEvent: progress.on,
    }
    const byQueue = async (connection: string | true) =>
      (await import('./run-queue.ts')).gradeByQueue({
        ...request,
        ...{ connection, run, lang, pins, rosterDigest: roster.digest, everybody: roster.students },
      })
    const grading: Promise<unknown> = flags.example
      ? gradeExample(here, sentence => console.error(sentence[lang]))
      : connection === undefined
        ? gradeClass(here)
        : byQueue(connection)
    over = grading.catch(() => undefined)
    // Of whom a queue's workers gave up, nothing is stored: such a run has no end, and is resumed.
    if ((await grading) !== 'incomplete') await ledger.end()
  }).catch(thrown => {
    throw goingOn(thrown)
  })
  return isGraded(told) ? GRADED : UNGRADED
}

function rosterFile({ roster, example }: GradeFlags): string {
  if (example) return EXAMPLE_ROSTER
  if (roster !== undefined) return roster
  throw new BadCall(
    text(
      'Which class? Give its roster with --roster class.yaml; grade init writes a first one from a class list.',
      '要評分哪一班？請用 --roster class.yaml 指定名單；grade init 可以從學生清單產生第一份名單。',
    ),
  )
}

/** A lesson that there is not is told at its place in the roster, where it is the roster that names it. */
async function lessonOf({ lessonPlaces }: Roster, id: string, { lesson }: GradeFlags) {
  try {
    return await lessonToGrade(id)
  } catch (thrown) {
    const where = lesson.length === 0 && !lessonIds().includes(id) ? lessonPlaces[id] : undefined
    throw where !== undefined && thrown instanceof BadCall ? complain(where, thrown.sentence) : thrown
  }
}

function lessonsMeant({ file, lessons }: Roster, { lesson }: GradeFlags): string[] {
  const meant = lesson.length > 0 ? lesson : lessons
  if (meant.length > 0) return [...new Set(meant)]
  throw new BadCall(
    text(
      `Which lesson? ${file} names none: give --lesson, or add one to the roster.`,
      `要評分哪一課？${file} 沒有指定：請用 --lesson 指定，或寫進名單。`,
    ),
  )
}

function studentsMeant({ students }: Roster, { student }: GradeFlags, shard: Shard | undefined): Student[] {
  const ids = students.map(({ id }) => id)
  const unknown = student.find(id => !ids.includes(id))
  if (unknown !== undefined) throw noSuchStudent(unknown, nearest(unknown, ids))
  const meant = student.length > 0 ? students.filter(({ id }) => student.includes(id)) : students
  return shard ? ofShard(meant, shard) : meant
}

const noSuchStudent = (id: string, guess: string | undefined) =>
  new BadCall(
    text(
      `The roster has no student "${id}"${guess ? `; did you mean "${guess}"?` : '.'}`,
      `名單裡沒有學生「${id}」${guess ? `，是不是要寫「${guess}」？` : '。'}`,
    ),
  )
