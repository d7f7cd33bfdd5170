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
import { loadRecording, replay } from '../look/recording.ts'
import type { Student } from '../roster/roster.ts'
import { type Figure, timed } from './figure.ts'
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

/** Figures of grading: a class of simulated students from login to reports, what one costs in memory, regrading, one dead among twenty. */
export async function gradingFigures(lessonId: string, tell: (figure: Figure) => void): Promise<void> {
  const graded = await lessonToGrade(lessonId)
  const folder = join(graded.lesson.folder, 'recordings')
  const files = (await readdir(folder)).filter(file => file.endsWith('.json'))
  const recordings = await Promise.all(files.map(file => loadRecording(join(folder, file))))
  const machines = await simulateMachines(recordings)
  const out = await mkdtemp(join(tmpdir(), 'ovn-lab-bench-'))
  try {
    const students = classOfSize(STUDENTS)
    const numberOf = ({ id }: Student) => Number(id.slice(1)) - 1
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
    tell({ id: 'grade-1000', value: await timed(() => gradeInto(out, students, graded, reach)), unit: 'ms' })
    clearInterval(measuring)
    tell({ id: 'grade-rss-per-student', value: (peak - before) / STUDENTS, unit: 'MB' })
    tell({ id: 'regrade-1000', value: await timed(() => judgeAgain(out, students, graded)), unit: 'ms' })

    const few = classOfSize(20)
    const living: Reach = async () => ({ looker: replay(recordings[0]!), how: 'lab' })
    const oneDead: Reach = async (student, lesson, signal) =>
      numberOf(student) === 0 ? silent(replay(recordings[0]!)) : living(student, lesson, signal)
    const well = await timed(() => gradeInto(join(out, 'well'), few, graded, living, DEAD_MS))
    const dead = await timed(() => gradeInto(join(out, 'dead'), few, graded, oneDead, DEAD_MS))
    // Where this computer is slow its deadline is longer, so its own time is asked of what was stored.
    const { attempts } = await evidenceIn([join(out, 'dead')])
    const [own] = await attempts(few[0]!.id, lessonId)
    tell({ id: 'grade-dead', value: Math.max(0, dead - well - (own?.durationMs ?? 0)), unit: 'ms' })
  } finally {
    await machines.close()
    await rm(out, { recursive: true })
  }
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
