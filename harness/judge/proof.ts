import type { Lesson } from '../lesson/lesson.ts'
import type { Lab } from '../look/lab.ts'

/** Looks at a lab and throws Unmet where the claim is not so, CannotLook where it could not look; else the claim holds. */
export type Proof = (lab: Lab) => Promise<unknown>

/** A claim's proof, and how long what it looks at may still be on its way. */
export interface Provable {
  proof: Proof
  /** For what OVN does by itself after the learner's command, on machines of usual speed. 0: judged once. */
  patienceMs: number
}

/** A lesson's proofs, by claim id. */
export type Proofs = Record<string, Proof | Provable>

/** A lesson with its proofs. */
export interface Taught {
  lesson: Lesson
  proofs: Proofs
}

/** Long enough for northd and ovn-controller on a busy two-core machine; short enough for a learner who waits. */
const SETTLE_MS = 2_000

/**
 * A claim about what OVN does by itself (rows northd writes, patch ports ovn-controller makes):
 * judged again whenever the databases change, for up to two seconds.
 */
export const eventually = (proof: Proof): Provable => ({ proof, patienceMs: SETTLE_MS })

/** The two forms a lesson may write a proof in, made one. */
export const asProvable = (given: Proof | Provable): Provable =>
  typeof given === 'function' ? { proof: given, patienceMs: 0 } : given

/** The same proofs, each judged once: nobody waits for what may still become of them. */
export const atOnce = (proofs: Proofs): Proofs =>
  Object.fromEntries(
    Object.entries(proofs).map(([id, given]) => [id, { ...asProvable(given), patienceMs: 0 }]),
  )
