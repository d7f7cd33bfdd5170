import type { Verdict } from '../judge/verdict.ts'
import type { Lesson } from '../lesson/lesson.ts'
import type { Text } from '../say/text.ts'
import type { Fault } from './fault.ts'
import type { FaultSeen } from './judge-fault.ts'
import type { Observed } from './observed.ts'

/** The parts of a proof, in their order. */
export const PHASES = ['lint', 'untouched', 'solutions', 'faults'] as const
export type Phase = (typeof PHASES)[number]

/** What one step of a proof came to; `unknown`: the lab died or never came up. */
export interface Finding {
  phase: Phase
  id: string
  title: Text
  verdict: Exclude<Verdict, 'waits'>
  /** What is wrong, a sentence each; empty when it holds. */
  sentences: Text[]
  durationMs: number
  /** What the check said of the lab in this state, to be compared with another lab. */
  observed?: Observed
}

/** What one fault came to. Without `seen` it could not be judged. */
export interface FaultFinding extends Finding {
  phase: 'faults'
  fault: Fault
  seen?: FaultSeen
  /** On this kind of lab it breaks nothing, as it says of itself (onlyOn): it counts neither as caught nor as missed. */
  isHarmlessHere?: boolean
}

export const isFaultFinding = (finding: Finding): finding is FaultFinding => finding.phase === 'faults'

/** A whole proof of a lesson. */
export interface LessonProof {
  lesson: Lesson
  /** The kind of labs it was made on (--labs). */
  labs: string
  /** What those were made of, in words. */
  madeOf?: string
  /** holds: proven · fails: not · unknown: nothing failed, but not all could be tried · waits: there is no fault yet. */
  verdict: Verdict
  /** Only some of the faults were asked for (--fault, --shard): what no fault kills is not told. */
  isPartial: boolean
  findings: Finding[]
  /** Verdicts that differed between repeated checks of the same lab. */
  flips: number
  durationMs: number
}
