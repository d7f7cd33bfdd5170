import type { Bundle, Submitted } from '../bundle/bundle.ts'
import { openCheck } from '../check/open-check.ts'
import { deadlineOf } from '../core/deadline.ts'
import { BadCall, CannotLook } from '../core/errors.ts'
import { pacedTimer } from '../core/pace.ts'
import { type Text, text } from '../core/text.ts'
import type { ProviderName } from '../embedded/index.ts'
import type { Lesson } from '../lesson/lesson.ts'
import type { Blind, Looker } from '../look/evidence.ts'
import { blindFrom, type Recording, recording, replay } from '../look/recording.ts'
import type { Student } from '../roster/roster.ts'
import { type GradedLesson, judgeRecording, verdictsOf, whyUntrusted } from './judge-bundle.ts'
import { versionsFor } from './versions.ts'

/** A student's machines, before anything is asked of them. */
export interface Reached {
  looker: Looker
  how: Bundle['reached']
  /** What was handed in, and how it ran. */
  submission?: Submitted
  /** Takes away what was made for this student alone: machines on which handed-in commands ran. */
  release?(): Promise<void>
}

/** Starts to reach a student's machines. CannotLook where that cannot be done: the student is not to blame. */
export type Reach = (student: Student, lesson: Lesson, signal: AbortSignal) => Promise<Reached>

export interface LookOptions {
  reach: Reach
  /** For the whole of one student, on machines of usual speed: a dead or slow one costs no more. */
  deadlineMs: number
  /** Where handed-in commands run; qemu unless told. */
  submissionsOn?: ProviderName
  signal: AbortSignal
}

/** What one or two looks brought home. */
type Seen = Pick<Bundle, 'reached' | 'recording' | 'judged' | 'untrusted' | 'submission'>

/** Looks at one student's work in one lesson. Resolves with what was seen, also where that is nothing; rejects when `signal` is aborted. */
export async function lookAtStudent(
  student: Student,
  graded: GradedLesson,
  options: LookOptions,
): Promise<Bundle> {
  const { deadlineMs, signal } = options
  const startedAt = new Date().toISOString()
  const begun = performance.now()
  using deadline = deadlineOf(signal, deadlineMs, pacedTimer)
  // Machines that are made for commands may be waited for, and have limits of their own: the time is that of the look.
  const isMade = student.work.kind === 'submission'
  const over = isMade ? signal : deadline.signal
  const look = () => lookOnce(student, graded, options, over, isMade ? deadlineMs : undefined)
  const first = await look()
  // Machines that change while they are inspected can be seen in a state they were never in: they get a second look,
  // before anybody is told that they are not believed. One that says nothing any more takes nothing back.
  const second = first.untrusted && !over.aborted ? await look() : first
  const seen = isBlind(second) ? first : second
  signal.throwIfAborted()
  return {
    schema: 1,
    student: student.id,
    name: student.name,
    lesson: graded.lesson.id,
    attempt: 1,
    startedAt,
    durationMs: Math.round(performance.now() - begun),
    versions: versionsFor(graded.lesson),
    ...seen,
  }
}

async function lookOnce(
  student: Student,
  graded: GradedLesson,
  { reach, submissionsOn = 'qemu' }: LookOptions,
  over: AbortSignal,
  lookMs: number | undefined,
): Promise<Seen> {
  let reached: Reached
  try {
    reached = await reach(student, graded.lesson, over)
  } catch (thrown) {
    const why = over.aborted ? tooLate : whyNothing(thrown)
    return nothingOf(graded, student.id, why, { how: reachedBy(student, submissionsOn) })
  }
  using deadline = lookMs === undefined ? undefined : deadlineOf(over, lookMs, pacedTimer)
  const signal = deadline?.signal ?? over
  const noted = recording(reached.looker)
  let late: Recording | undefined
  const onLate = () => {
    // As it is now: what is asked from here on was not answered because we went away.
    late = { ...noted.recorded(), otherwise: tooLate }
    void noted.close()
  }
  signal.addEventListener('abort', onLate, { once: true })
  if (signal.aborted) onLate()
  try {
    const now = await openCheck({ ...graded, lab: noted.lab, lang: 'en', tellers: [] }).judge(
      graded.proofs,
      noted,
      signal,
    )
    // Asks what only a grading asks. What comes of it is said from the recording.
    await whyUntrusted(graded, noted)
    const seen = await rejudged(graded, late ?? noted.recorded(), reached)
    if (late || sameVerdicts(verdictsOf(now), seen.judged)) return seen
    return { ...seen, untrusted: [...(seen.untrusted ?? []), moving] }
  } catch (thrown) {
    // Nobody knows what it kept from being seen: nothing is said of the machines.
    return nothingOf(graded, noted.lab, late ? tooLate : whyNothing(thrown), reached)
  } finally {
    signal.removeEventListener('abort', onLate)
    await noted.close()
    await reached.release?.()
  }
}

/** Whatever went wrong with one student is told of that student, and stops nobody else; a defect of ours too. */
function whyNothing(thrown: unknown): Blind {
  if (thrown instanceof CannotLook) return blindFrom(thrown)
  if (thrown instanceof BadCall) return { reason: thrown.sentence }
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return {
    reason: text(`a bug in the checker itself (${message})`, `檢查程式本身的 bug（${message}）`),
  }
}

/** A grade is made from what was recorded, so that it can be made again: today's verdicts are those of the recording too. */
const rejudged = async (
  graded: GradedLesson,
  recorded: Recording,
  { how, submission }: Pick<Reached, 'how' | 'submission'>,
): Promise<Seen> => {
  const untrusted = await whyUntrusted(graded, replay(recorded))
  return {
    reached: how,
    ...(submission && { submission }),
    recording: recorded,
    judged: verdictsOf(await judgeRecording(graded, recorded)),
    ...(untrusted.length > 0 && { untrusted }),
  }
}

/** What is seen of machines of which nothing was seen. */
const nothingOf = (
  graded: GradedLesson,
  lab: string,
  why: Blind,
  reached: Pick<Reached, 'how' | 'submission'>,
): Promise<Seen> => rejudged(graded, emptyRecording(lab, why), reached)

/** The same attempt with nothing in it but the reason: what was seen cannot be kept. */
export async function withoutWhatWasSeen(
  bundle: Bundle,
  graded: GradedLesson,
  reason: Text,
): Promise<Bundle> {
  const { untrusted: _, submission: __, ...rest } = bundle
  return { ...rest, ...(await nothingOf(graded, bundle.recording.lab, { reason }, { how: bundle.reached })) }
}

const isBlind = ({ judged }: Seen): boolean =>
  Object.values(judged).every(({ verdict }) => verdict === 'unknown')

const sameVerdicts = (one: Bundle['judged'], other: Bundle['judged']): boolean =>
  Object.entries(one).every(([claim, { verdict }]) => other[claim]?.verdict === verdict)

const reachedBy = ({ work: { kind } }: Student, on: ProviderName): Bundle['reached'] =>
  kind === 'submission' ? `submission on ${on}` : kind

/** What is recorded of machines nobody got to. */
export const emptyRecording = (lab: string, otherwise: Blind): Recording => ({
  schema: 1,
  lab,
  takenAt: new Date().toISOString(),
  nodes: [],
  answers: [],
  otherwise,
})

const tooLate: Blind = {
  reason: text(
    'the time for one student ended before the check looked at this',
    '還沒查看到這裡，一位學生可用的時間就用完了',
  ),
}

const moving = text(
  'what these machines answered changed while they were being inspected',
  '查看期間，這些機器的回答一直在變',
)
