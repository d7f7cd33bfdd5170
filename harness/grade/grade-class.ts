import { setMaxListeners } from 'node:events'
import pLimit from 'p-limit'
import type { Bundle } from '../bundle/bundle.ts'
import { TooMuchSeen } from '../bundle/pack.ts'
import type { Roster, Student } from '../roster/roster.ts'
import type { GradedLesson } from './judge-bundle.ts'
import { type LookOptions, lookAtStudent, type Reach, withoutWhatWasSeen } from './look-at-student.ts'

/** What happens while a class is graded. */
export type GradingEvent =
  | { kind: 'started'; student: Student; lesson: string }
  | { kind: 'finished'; student: Student; lesson: string; bundle: Bundle }

/** Where what was seen is kept; it decides which attempt a bundle is. */
export interface Store {
  add(bundle: Bundle): Promise<unknown>
}

export interface ClassRequest {
  students: Roster['students']
  lessons: GradedLesson[]
  store: Store
  reach: Reach
  /** How many students at once. */
  jobs: number
  /** For one student in one lesson, on machines of usual speed. */
  deadlineMs: number
  /** Where handed-in commands run; qemu unless told. */
  submissionsOn?: LookOptions['submissionsOn']
  /** Those a run that is resumed has done already. */
  isDone?: (student: string, lesson: string) => boolean
  onEvent?: (event: GradingEvent) => void
  signal: AbortSignal
}

/**
 * Looks at the work of a class, some students at once, each for no longer than the deadline; what was seen is stored as
 * soon as it is there, and not kept in memory. Rejects when `signal` is aborted, or when nothing can be stored any more.
 */
export async function gradeClass(request: ClassRequest): Promise<void> {
  const { students, lessons, jobs, signal } = request
  const broken = new AbortController()
  const over = AbortSignal.any([signal, broken.signal])
  setMaxListeners(0, over)
  const limit = pLimit(jobs)
  const all = await Promise.allSettled(
    students.map(student =>
      limit(async () => {
        // The same machines: one lesson after the other.
        for (const lesson of lessons) await gradeOne(student, lesson, { ...request, signal: over })
      }).catch(thrown => {
        broken.abort()
        throw thrown
      }),
    ),
  )
  signal.throwIfAborted()
  const failed = all.filter(one => one.status === 'rejected').map(({ reason }) => reason as Error)
  if (failed.length > 0) throw failed.find(({ name }) => name !== 'AbortError') ?? failed[0]
}

async function gradeOne(student: Student, graded: GradedLesson, request: ClassRequest): Promise<void> {
  const { store, reach, deadlineMs, submissionsOn, isDone, onEvent, signal } = request
  const lesson = graded.lesson.id
  if (isDone?.(student.id, lesson)) return
  signal.throwIfAborted()
  onEvent?.({ kind: 'started', student, lesson })
  const bundle = await lookAtStudent(student, graded, {
    ...{ reach, deadlineMs, signal },
    ...(submissionsOn && { submissionsOn }),
  })
  const kept = await store.add(bundle).then(
    () => bundle,
    async thrown => {
      if (!(thrown instanceof TooMuchSeen)) throw thrown
      const nothing = await withoutWhatWasSeen(bundle, graded, thrown.sentence)
      await store.add(nothing)
      return nothing
    },
  )
  onEvent?.({ kind: 'finished', student, lesson, bundle: kept })
}
