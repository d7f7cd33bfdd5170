import type { Text } from '../core/text.ts'
import type { Verdict } from '../core/verdict.ts'
import type { Lesson } from '../lesson/lesson.ts'
import type { TrialSeen } from './judge-trial.ts'
import type { Observed } from './observed.ts'
import { KINDS, type Kind, type Trial } from './trial.ts'

/** The parts of a proof, in their order. */
export const PHASES = ['lint', 'untouched', 'solutions', ...KINDS] as const
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

/** What one trial came to. Without `seen` it could not be judged. */
export interface TrialFinding<T extends Trial = Trial> extends Finding {
  phase: T['kind']
  trial: T
  seen?: TrialSeen
  /** It is about another kind of lab, as it says of itself (onlyOn): it counts in no way. */
  isElsewhere?: boolean
}

export const isTrialFinding = (finding: Finding): finding is TrialFinding => 'trial' in finding

/** The findings of one kind of trial. */
export const trialsIn = <K extends Kind>(findings: Finding[], kind: K) =>
  findings.filter(
    (finding): finding is TrialFinding<Extract<Trial, { kind: K }>> =>
      isTrialFinding(finding) && finding.trial.kind === kind,
  )

/** A whole proof of a lesson. */
export interface LessonProof {
  lesson: Lesson
  /** The kind of labs it was made on (--labs). */
  labs: string
  /** What those were made of, in words. */
  madeOf?: string
  /** holds: proven · fails: not · unknown: nothing failed, but not all could be tried · waits: there is no fault yet. */
  verdict: Verdict
  /** Only some of the trials were asked for (--fault, --shard): what no fault kills is not told. */
  isPartial: boolean
  findings: Finding[]
  /** Verdicts that differed between repeated checks of the same lab. */
  flips: number
  durationMs: number
}
