import type { Text } from '../core/text.ts'
import type { TellerOf } from '../tell/teller.ts'
import type { Comparison } from './compare.ts'
import type { Finding, LessonProof } from './result.ts'

/** Everything one call of `prove` came to. */
export interface ProofReport {
  /** A lesson once for each kind of labs. */
  proofs: LessonProof[]
  /** Kinds of labs that could not be had, and why. */
  unavailable: { labs: string; reason: Text }[]
  /** The first kind of labs with each other one. */
  comparisons: Comparison[]
  /** Of a whole proof of every lesson: known mistakes the course has hints for, and no fault of any lesson provokes. */
  unprovoked: string[]
}

/** Someone who is told of proofs: that of a lesson begins, each finding as soon as it is there, what the proof came to. */
export type ProofTeller = TellerOf<
  { opening: [lessonId: string, about: Text]; finding: [Finding]; proven: [LessonProof] },
  ProofReport
>
