import { type Lesson, type StageSpec, withoutExtra } from '../lesson/lesson.ts'
import type { ProgressEvent } from './event.ts'

/** A pause that is longer than this is no time spent on a lesson. */
const SITTING_MS = 15 * 60_000

/** When and where something was first seen. */
export interface First {
  /** ISO 8601, UTC. */
  at: string
  lab: string
}

/** How far a learner has come in a lesson, whatever stands on a lab today. */
export interface Standing {
  lesson: Pick<Lesson, 'id' | 'title' | 'stages'>
  /** When each claim that the lesson has now first held, on any lab. */
  held: ReadonlyMap<string, First>
  /** Claims that held and that this version of the lesson does not have. */
  formerlyHeld: string[]
  /** Stages all of whose claims have held, or those of a stage that replaces them. */
  stagesDone: string[]
  /** When a check of the whole lesson first found that every claim holds. */
  completed?: First
  /** Steps that were opened, by claim. */
  hints: ReadonlyMap<string, number>
  /** Milliseconds at work: moments that are at most 15 minutes apart are one sitting. */
  spentMs: number
  labs: string[]
  lastAt?: string
}

/** How far a learner has come in each lesson, by what was noted in the order of time. */
export const standingIn = (
  lesson: Pick<Lesson, 'id' | 'title' | 'stages'>,
  all: ProgressEvent[],
): Standing => {
  const events = all.filter(event => event.lesson === lesson.id)
  const [held, hints] = [new Map<string, First>(), new Map<string, number>()]
  let completed: First | undefined
  for (const event of events) {
    const { at, lab } = event
    if (event.kind === 'held') for (const id of event.claims) if (!held.has(id)) held.set(id, { at, lab })
    if (event.kind === 'hint') hints.set(event.claim, Math.max(event.steps, hints.get(event.claim) ?? 0))
    if (event.kind === 'checked' && event.verdict === 'holds' && event.stage === undefined)
      completed ??= { at, lab }
  }
  const now = new Set(lesson.stages.flatMap(({ claims }) => claims.map(({ id }) => id)))
  const last = events.at(-1)?.at
  return {
    lesson,
    held: new Map([...held].filter(([id]) => now.has(id))),
    formerlyHeld: [...held.keys()].filter(id => !now.has(id)),
    stagesDone: stagesDone(lesson.stages, held),
    ...(completed && { completed }),
    hints,
    spentMs: spentMs(events.map(({ at }) => Date.parse(at))),
    labs: [...new Set(events.map(({ lab }) => lab))],
    ...(last !== undefined && { lastAt: last }),
  }
}

function stagesDone(stages: StageSpec[], held: ReadonlyMap<string, First>): string[] {
  const whole = stages.filter(({ claims }) => claims.every(({ id }) => held.has(id)))
  const replaced = new Set(whole.flatMap(({ replaces = [] }) => replaces))
  return stages.filter(stage => whole.includes(stage) || replaced.has(stage.id)).map(({ id }) => id)
}

/** The same moment twice, as of two files of one machine, counts once. */
function spentMs(moments: number[]): number {
  const inOrder = moments.sort((one, other) => one - other)
  return inOrder.reduce((sum, moment, index) => {
    const pause = moment - (inOrder[index - 1] ?? moment)
    return sum + (pause <= SITTING_MS ? pause : 0)
  }, 0)
}

/** Whether a learner has built, asked or tried anything of it: what a lab brings along is no work, nor is one look at it. */
export function progressOf({
  lesson,
  held,
  completed,
  stagesDone: done,
  hints,
  spentMs,
}: Standing): 'done' | 'begun' | 'not-begun' {
  if (completed || withoutExtra(lesson.stages).every(({ id }) => done.includes(id))) return 'done'
  const built = lesson.stages.some(({ claims }) => claims.some(({ id, given }) => !given && held.has(id)))
  return built || hints.size > 0 || spentMs > 0 ? 'begun' : 'not-begun'
}
