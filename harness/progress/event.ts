import type { Verdict } from '../core/verdict.ts'

/** What every event has. The id makes it the same event on every machine it is copied to. */
interface Happened {
  id: string
  /** ISO 8601, UTC. */
  at: string
  lesson: string
  /** The lab's name. */
  lab: string
}

/** What a learner did in a lesson, as one line of a file. Claims and stages are meant by their ids, which stay. */
export type ProgressEvent = Happened &
  (
    | { kind: 'checked'; verdict: Verdict; points: number; maxPoints: number; stage?: string }
    /** These claims were seen to hold for the first time on this lab. */
    | { kind: 'held'; claims: string[] }
    /** So many steps of a claim's hint are open now. */
    | { kind: 'hint'; claim: string; steps: number }
    /** Somebody was at work: a key was pressed, or the lab changed. */
    | { kind: 'active' }
  )

/** An event before it has an id and a time. */
export type NewEvent = ProgressEvent extends infer Event
  ? Event extends ProgressEvent
    ? Omit<Event, 'id' | 'at'>
    : never
  : never

const isWord = (value: unknown): value is string => typeof value === 'string' && value !== ''
const isCount = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0

/** What each kind needs beside what all have; a kind that is not here was written by a later version, and is kept. */
const HAS: Record<string, (event: Record<string, unknown>) => boolean> = {
  checked: ({ verdict, points, maxPoints }) => isWord(verdict) && isCount(points) && isCount(maxPoints),
  held: ({ claims }) => Array.isArray(claims) && claims.every(isWord),
  hint: ({ claim, steps }) => isWord(claim) && isCount(steps),
  active: () => true,
}

/** The value as an event; undefined where it is none. */
export function asEvent(value: unknown): ProgressEvent | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const event = value as Record<string, unknown>
  const { id, at, lesson, lab, kind } = event
  if (![id, at, lesson, lab, kind].every(isWord) || Number.isNaN(Date.parse(at as string))) return undefined
  const isWhole = HAS[kind as string]?.(event) ?? true
  return isWhole ? (event as unknown as ProgressEvent) : undefined
}
