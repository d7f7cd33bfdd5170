import type { Submitted } from '../bundle/bundle.ts'
import type { Text } from '../core/text.ts'
import type { Verdict } from '../core/verdict.ts'
import type { Closing } from '../tell/teller.ts'
import type { Unexamined } from './unexamined.ts'
import type { WrongClock } from './wrong-clocks.ts'

/** Points of one stage. */
export interface StagePoints {
  stage: string
  /** null: ungraded, because something of it was unknown or is not trusted. */
  points: number | null
  maxPoints: number
  /** Points of their own: they are no part of the student's. */
  isExtra?: boolean
}

/** What one student's work in one lesson came to. */
export interface StudentGrade {
  id: string
  name: string
  /** unknown also where the machine is not trusted. */
  verdict: Verdict
  /** After late rule; null while a part of it is ungraded: no number without proof that every check ran. */
  points: number | null
  maxPoints: number
  stages: StagePoints[]
  /** What the late rule took off, in points. */
  latePoints?: number
  /**
   * From when lateness was counted, ISO 8601, where counting from the grading would have cost more: when the roster or the
   * student's submission says that it was handed in, or the first attempt, which could not look.
   */
  countedFrom?: { at: string; why: 'roster' | 'submission' | 'attempt' }
  durationMs: number
  /** Which attempt this is, and how many there are. */
  attempt: number
  attempts: number
  /** ISO 8601, UTC. */
  startedAt: string
  /** Of commands that were handed in: how each piece of them ended. */
  submission?: Submitted
  /** Why nothing of the machines could be looked at at all. */
  unreached?: Text
  /** Why nothing of what was stored can be judged: its file is missing, cut off or altered. */
  lost?: Text
  /** Why the machines are not believed. */
  untrusted?: Text[]
  /** Nodes that answered and did not let their programs be examined: nothing is held against them for it. */
  unexamined?: Unexamined[]
  /** Nodes whose clocks are off; that costs nothing. */
  wrongClocks?: WrongClock[]
  /** Ids of students whose machines drew the same row UUIDs or MAC addresses, or who handed in the same commands, and those facts. */
  sameMachineAs?: { id: string; facts: string[] }[]
  /** Everything the checks said, with the lesson's texts in both languages. */
  closing: Closing
}

/** A whole class in one lesson: what every report of a class is made from. */
export interface ClassGrade {
  /** Of the lesson: id, title, stages and claims, texts in both languages. */
  lesson: Closing['lesson']
  /** ISO 8601, UTC. */
  gradedAt: string
  /** In the roster's order. */
  students: StudentGrade[]
}
