import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeClass } from '../board/write-class.ts'
import { graderKey } from '../bundle/key.ts'
import { openLedger } from '../bundle/ledger.ts'
import { classOf } from '../grade/class-of.ts'
import { evidenceIn } from '../grade/evidence.ts'
import { type ClassRequest, gradeClass } from '../grade/grade-class.ts'
import { type GradedLesson, lessonToGrade } from '../grade/judge-bundle.ts'
import type { Reach } from '../grade/look-at-student.ts'
import { loadRecording, type Recording, replay } from '../look/recording.ts'
import type { Student } from '../roster/roster.ts'
import { type Bench, median, repeat, timed } from './figure.ts'
import { type SimulatedMachines, simulatedLooker, simulateMachines } from './simulated-machines.ts'

const STUDENTS = 1000
const JOBS = 16
/** As `grade` does it unless told. */
const USUAL_JOBS = 8
/** How long a silent machine is waited for. */
const DEAD_MS = 5_000
const DEAD_RUNS = 3

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
    if (isOfClass) bench.say(`grading ${STUDENTS} simulated students`)
    if (isOfClass) await simulatedClass(out, graded, recordings, bench)
    if (bench.wants('grade-dead')) bench.say('grading twenty simulated students, one of them silent')
    if (bench.wants('grade-dead')) bench.tell('grade-dead', await oneDead(out, graded, recordings))
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
    const reach = reaching(machines, recordings)
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

/**
 * How many milliseconds later nineteen students are done because a twentieth, the first of the class, is silent and keeps one of
 * the places of `grade` occupied until its deadline: the middle of some runs, each beside one without that student.
 */
async function oneDead(out: string, graded: GradedLesson, recordings: Recording[]): Promise<number> {
  const [dead, ...living] = classOfSize(20) as [Student, ...Student[]]
  const machines = await simulateMachines(recordings)
  try {
    const reach = reaching(machines, recordings)
    const oneSilent: Reach = async (student, lesson, signal) =>
      student === dead ? silent(replay(recordings[0]!)) : reach(student, lesson, signal)
    const later = await repeat(DEAD_RUNS, async () => {
      const folder = await mkdtemp(join(out, 'dead-'))
      const livingDoneMs = (students: Student[], name: string) =>
        lastDoneMs(join(folder, name), students, graded, oneSilent, dead)
      const alone = await livingDoneMs(living, 'alone')
      return (await livingDoneMs([dead, ...living], 'beside')) - alone
    })
    return median(later)
  } finally {
    await machines.close()
  }
}

/** From the start of a grading until everybody but one student is looked at and stored. */
async function lastDoneMs(
  out: string,
  students: Student[],
  graded: GradedLesson,
  reach: Reach,
  but: Student,
): Promise<number> {
  const startedAtMs = performance.now()
  let doneMs = 0
  await gradeInto(out, students, graded, reach, {
    jobs: USUAL_JOBS,
    deadlineMs: DEAD_MS,
    onEvent: ({ kind, student }) => {
      if (kind === 'finished' && student !== but) doneMs = performance.now() - startedAtMs
    },
  })
  return doneMs
}

/** Machines that answer from these recordings, in turn. */
const reaching =
  (machines: SimulatedMachines, recordings: Recording[]): Reach =>
  async student => {
    const number = numberOf(student)
    const looker = await simulatedLooker(machines, recordings[number % recordings.length]!, number)
    return { looker, how: 'lab' }
  }

/** Looks at everybody, stores what was seen, and writes all reports. */
async function gradeInto(
  out: string,
  students: Student[],
  graded: GradedLesson,
  reach: Reach,
  {
    jobs = JOBS,
    deadlineMs = 60_000,
    onEvent,
  }: Partial<Pick<ClassRequest, 'jobs' | 'deadlineMs' | 'onEvent'>> = {},
): Promise<void> {
  await using ledger = await openLedger(out, { key: graderKey(join(out, 'grader.key')) })
  await ledger.begin({ rosterDigest: '0'.repeat(64), lessons: [graded.lesson.id], checker: '0' })
  const { signal } = new AbortController()
  const request = { students, lessons: [graded], store: ledger, reach, jobs, deadlineMs, signal }
  await gradeClass({ ...request, ...(onEvent && { onEvent }) })
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
