import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Ledger } from '../bundle/ledger.ts'
import { packBundle } from '../bundle/pack.ts'
import { readBundle } from '../bundle/read-bundle.ts'
import type { CannotLook } from '../core/errors.ts'
import { closingAfterwards } from '../core/interrupt.ts'
import { type Lang, text } from '../core/text.ts'
import { type GradedLesson, lessonToGrade } from '../grade/judge-bundle.ts'
import { lookAtStudent, withoutWhatWasSeen } from '../grade/look-at-student.ts'
import { reachClass } from '../grade/reach-class.ts'
import { type CarriedPins, carriedPins, takeSeen, WorkerPins } from '../roster/carried-pins.ts'
import type { ClassPins } from '../roster/pin-host-keys.ts'
import type { Student } from '../roster/roster.ts'
import { connectionFrom, placeOf } from '../service/connection.ts'
import { enqueueClass } from '../service/enqueue.ts'
import { awaitRun, collect } from '../service/results.ts'
import { work } from '../service/work.ts'
import type { HostKeyPins } from '../ssh/host-key-pins.ts'
import { cleanLine } from '../tell/clean.ts'
import { COLON } from '../tell/wording.ts'

/** The part of a job that reaches the worker: who it is, how the work is reached, and by which host keys. */
type JobWork = Pick<Student, 'name' | 'work'> & { pins: CarriedPins }

export interface ByQueue {
  /** As the flag says it; true: DATABASE_URL. */
  connection: string | true
  /** The ledger's run: resumed, it is the same one. */
  run: string
  rosterDigest: string
  /** Who is graded now, and all of the roster: a resumed run may have others. */
  students: Student[]
  everybody: Student[]
  lessons: GradedLesson[]
  pins: ClassPins
  store: Pick<Ledger, 'add'>
  isDone: (student: string, lesson: string) => boolean
  lang: Lang
  signal: AbortSignal
}

/**
 * Lets the workers of a queue look at a class, waits for them, and stores what they saw. Those whom no worker could grade are
 * named and have no bundle. Rejects when `signal` is aborted: the queue goes on, and a resumed run collects.
 */
export async function gradeByQueue({
  run,
  students,
  lessons,
  pins,
  signal,
  ...request
}: ByQueue): Promise<'incomplete' | undefined> {
  const connection = connectionFrom(request.connection, process.env)
  const workOf = (student: Student): JobWork => ({
    ...{ name: student.name, work: student.work },
    pins: carriedPins(pins, student),
  })
  const jobs = students.flatMap(student =>
    lessons
      .map(({ lesson: { id } }) => id)
      .filter(lesson => !request.isDone(student.id, lesson))
      .map(lesson => ({ student: student.id, lesson, work: workOf(student) })),
  )
  await enqueueClass(connection, { run, rosterDigest: request.rosterDigest, jobs })
  console.log(text(`Queued as run ${run}.`, `已排入佇列，這次評分的名稱是 ${run}。`)[request.lang])
  let told = ''
  const states = await awaitRun(connection, run, {
    signal,
    onStates: all => {
      const count = (state: string) => all.filter(one => one.state === state).length
      const { en, 'zh-TW': zh } = text(
        `${count('done')} of ${all.length} done · ${count('running')} running · ${count('failed')} failed`,
        `${all.length} 件中完成 ${count('done')} 件 · ${count('running')} 件進行中 · ${count('failed')} 件失敗`,
      )
      const line = request.lang === 'en' ? en : zh
      if (line !== told) console.log(line)
      told = line
    },
    onTrouble: ({ sentence }) => {
      const line = sentence[request.lang]
      if (line !== told) console.error(line)
      told = line
    },
  })
  const folder = await mkdtemp(join(tmpdir(), 'ovn-lab-queue-'))
  try {
    const fileOf = ({ lesson, student }: { lesson: string; student: string }) =>
      join(lesson, `${student}.json.gz`)
    for (const result of await collect(connection, run, folder, fileOf)) {
      if (request.isDone(result.student, result.lesson)) continue
      const bundle = await readBundle(join(folder, fileOf(result)))
      const student = request.everybody.find(({ id }) => id === result.student)
      const refused = student && takeSeen(pins, student, result.row.seenKeys)
      const nothing = async ({ reason }: CannotLook) =>
        withoutWhatWasSeen(bundle, await lessonToGrade(result.lesson), reason)
      await request.store.add(refused ? await nothing(refused) : bundle)
    }
  } finally {
    await rm(folder, { recursive: true })
  }
  const failed = states.filter(({ state }) => state === 'failed')
  for (const { student, lesson, why } of failed) {
    const sentence = text(
      `${student} · ${lesson}: no worker could grade it${why ? ` (${why})` : ''}.`,
      `${student} · ${lesson}：沒有 worker 能評分${why ? `（${why}）` : ''}。`,
    )
    console.log(cleanLine(sentence[request.lang], { lang: request.lang }))
  }
  return failed.length > 0 ? 'incomplete' : undefined
}

const HAPPENED = {
  took: text('begun', '開始評分'),
  stored: text('stored', '已存下'),
  'put back': text('put back into the queue', '已放回佇列'),
  lost: text('given up: another worker has it', '已放棄：由其他 worker 接手'),
  failed: text('failed', '失敗'),
}

const ready = (connection: string, jobs: number) =>
  text(
    `Grades what is queued at ${placeOf(connection)}, up to ${jobs} at once, until Ctrl-C.`,
    `開始評分 ${placeOf(connection)} 佇列裡的工作，同時最多 ${jobs} 件，按 Ctrl-C 結束。`,
  )

/** `grade work`: grades what is in the queue until it is stopped. */
export async function runWorker(flags: {
  queue?: string | true
  jobs: number
  patience: number
  submissions: 'qemu' | 'embedded'
  lang: Lang
}): Promise<void> {
  const connection = connectionFrom(flags.queue, process.env)
  const { submissions: submissionsOn } = flags
  const pins = new WorkerPins()
  /** Of the students that are being looked at. */
  const pinsOf = new WeakMap<Student, HostKeyPins>()
  const reached = reachClass({
    ...{ submissionsOn, sandboxCount: 1 },
    pinsOf: student => pinsOf.get(student)!,
  })
  const lessons = new Map<string, Promise<GradedLesson>>()
  const lessonOf = (id: string) => {
    const known = lessons.get(id) ?? lessonToGrade(id)
    lessons.set(id, known)
    return known
  }
  let over: Promise<unknown> = Promise.resolve()
  // Machines that are being made are there before they are taken away.
  const close = async () => {
    await over.catch(() => undefined)
    await reached.close()
  }
  await closingAfterwards(close, signal => {
    const working = work(
      connection,
      async (job, ofJob) => {
        const { pins: carried, ...own } = job.work as JobWork
        const student: Student = { id: job.student, ...own }
        pinsOf.set(student, pins.of(job.run, carried))
        const options = {
          reach: reached.reach,
          deadlineMs: flags.patience * 1000,
          submissionsOn,
          signal: ofJob,
        }
        const bundle = await lookAtStudent(student, await lessonOf(job.lesson), options)
        const unknown = Object.values(bundle.judged).filter(({ verdict }) => verdict === 'unknown')
        const row = { ungradedClaims: unknown.length, seenKeys: pins.seen(job.run, student) }
        return { bundleGz: await packBundle(bundle), row }
      },
      {
        signal,
        concurrency: flags.jobs,
        onEvent: event => {
          if (event.kind === 'trouble') return console.error(event.why.sentence[flags.lang])
          if (event.kind === 'ready') return console.log(ready(connection, flags.jobs)[flags.lang])
          const { student, lesson } = event.job
          const why = event.kind === 'failed' ? ` (${event.why})` : ''
          const sentence = `${student} · ${lesson}${COLON[flags.lang]}${HAPPENED[event.kind][flags.lang]}${why}`
          console.log(cleanLine(sentence, { lang: flags.lang }))
        },
      },
    )
    over = working
    return working
  })
}
