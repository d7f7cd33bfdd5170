import type { Text } from '../say/text.ts'
import type { Comparison } from './compare.ts'
import type { LessonProof } from './result.ts'

/** Everything one call of `prove` came to. */
export interface ProofReport {
  /** A lesson once for each kind of labs. */
  proofs: LessonProof[]
  /** Kinds of labs that could not be had, and why. */
  unavailable: { labs: string; reason: Text }[]
  /** The first kind of labs with each other one. */
  comparisons: Comparison[]
}
