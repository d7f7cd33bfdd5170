import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeClass } from '../board/write-class.ts'
import { graderKey } from '../bundle/key.ts'
import { openLedger } from '../bundle/ledger.ts'
import { classOf } from '../grade/class-of.ts'
import { evidenceIn } from '../grade/evidence.ts'
import { gradeClass } from '../grade/grade-class.ts'
import { type GradedLesson, lessonToGrade } from '../grade/judge-bundle.ts'
import type { Reach } from '../grade/look-at-student.ts'
import { loadRecording, type Recording, replay } from '../look/recording.ts'
import type { Student } from '../roster/roster.ts'
import { type Bench, timed } from './figure.ts'
import { simulatedLooker, simulateMachines } from './simulated-machines.ts'

const STUDENTS = 1000
const JOBS = 16
/** How long a silent machine is waited for. */
const DEAD_MS = 5_000

const classOfSize = (count: number): Student[] =>
  Array.from({ length: count }, (_, at) => ({
    id: `s${String(at + 1).padStart(4, '0')}`,
    name: `Student ${at + 1}`,
    work: { kind: 'lab', lab: `simulated-${at + 1}` },
  }))

/** Figures of grading that need no lab: a class of simulated students, and one dead student among twenty. */
export async function gradingFigures(lessonId: string, bench: Bench): Promise<void> {
  const isOfClass = bench.wants('grade-1000', 'grade-rss-per-student', 'regrade-1000')
  if (!isOfClass && !bench.wants('grade-dead')) return
  const graded = await lessonToGrade(lessonId)
  const folder = join(graded.lesson.folder, 'recordings')
  const files = (await readdir(folder)).filter(file => file.endsWith('.json'))
  const recordings = await Promise.all(files.map(file => loadRecording(join(folder, file))))
  const out = await mkdtemp(join(tmpdir(), 'ovn-lab-bench-'))
  try {
    if (isOfClass) await simulatedClass(out, graded, recordings, bench)
    if (bench.wants('grade-dead')) bench.tell('grade-dead', await oneDead(out, graded, recordings[0]!))
  } finally {
    await rm(out, { recursive: true })
  }
}

const numberOf = ({ id }: Student) => Number(id.slice(1)) - 1

/** From login to reports, what one student costs in memory, and regrading. */
async function simulatedClass(out: string, graded: GradedLesson, recordings: Recording[], { tell }: Bench) {
  const machines = await simulateMachines(recordings)
  try {
    const students = classOfSize(STUDENTS)
    const reach: Reach = async student => {
      const number = numberOf(student)
      const looker = await simulatedLooker(machines, recordings[number % recordings.length]!, number)
      return { looker, how: 'lab' }
    }
    const rss = () => process.memoryUsage().rss / 2 ** 20
    const before = rss()
    let peak = before
    const measuring = setInterval(() => {
      peak = Math.max(peak, rss())
    }, 50)
    tell('grade-1000', await timed(() => gradeInto(out, students, graded, reach)))
    clearInterval(measuring)
    tell('grade-rss-per-student', (peak - before) / STUDENTS, 'MB')
    tell('regrade-1000', await timed(() => judgeAgain(out, students, graded)))
  } finally {
    await machines.close()
  }
}

/** How many milliseconds one silent student among twenty adds, beyond that student's own time. */
async function oneDead(out: string, graded: GradedLesson, recording: Recording): Promise<number> {
  const few = classOfSize(20)
  const living: Reach = async () => ({ looker: replay(recording), how: 'lab' })
  const firstDead: Reach = async (student, lesson, signal) =>
    numberOf(student) === 0 ? silent(replay(recording)) : living(student, lesson, signal)
  // The first class also loads and compiles what judges it.
  await gradeInto(join(out, 'first'), few, graded, living, DEAD_MS)
  const well = await timed(() => gradeInto(join(out, 'well'), few, graded, living, DEAD_MS))
  const dead = await timed(() => gradeInto(join(out, 'dead'), few, graded, firstDead, DEAD_MS))
  // Where this computer is slow its deadline is longer, so its own time is asked of what was stored.
  const { attempts } = await evidenceIn([join(out, 'dead')])
  const [own] = await attempts(few[0]!.id, graded.lesson.id)
  return Math.max(0, dead - well - (own?.durationMs ?? 0))
}

/** Looks at everybody, stores what was seen, and writes all reports. */
async function gradeInto(
  out: string,
  students: Student[],
  graded: GradedLesson,
  reach: Reach,
  deadlineMs = 60_000,
): Promise<void> {
  await using ledger = await openLedger(out, { key: graderKey(join(out, 'grader.key')) })
  await ledger.begin({ rosterDigest: '0'.repeat(64), lessons: [graded.lesson.id], checker: '0' })
  const { signal } = new AbortController()
  await gradeClass({ students, lessons: [graded], store: ledger, reach, jobs: JOBS, deadlineMs, signal })
  await ledger.end()
  await writeReports(out, students, graded)
}

/** As `regrade` does without --out. */
async function judgeAgain(out: string, students: Student[], graded: GradedLesson) {
  const { attempts } = await evidenceIn([out])
  const attemptsOf = (id: string) => attempts(id, graded.lesson.id)
  return classOf({ students, graded, attemptsOf, rules: { count: 'best' }, given: new Set() })
}

async function writeReports(out: string, students: Student[], graded: GradedLesson): Promise<void> {
  const { grade } = await judgeAgain(out, students, graded)
  await writeClass(join(out, 'reports'), grade, { lang: 'en', feedback: 'full' })
}

/** Machines that take every question and never answer. */
function silent(like: ReturnType<typeof replay>): Awaited<ReturnType<Reach>> {
  let end = () => {}
  const ended = new Promise<never>((_, reject) => {
    end = () => reject(new DOMException('closed', 'AbortError'))
  })
  ended.catch(() => {})
  return { looker: { ...like, look: () => ended, close: async () => end() }, how: 'lab' }
}
