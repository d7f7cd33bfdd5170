import { CannotLook, Unmet } from '../../harness/core/errors.ts'
import type { Text } from '../../harness/core/text.ts'
import type { Blind } from '../../harness/look/evidence.ts'
import { blindFrom } from '../../harness/look/recording.ts'

interface Told {
  expected: Text
  saw: Text
  where: string
  tryThis: string
}

/** All that an unmet expectation tells the learner. Rejects with what else came of it: it must be nothing but Unmet. */
export async function unmet(proof: Promise<unknown>): Promise<Told> {
  const thrown = await failureOf(proof)
  if (!(thrown instanceof Unmet)) throw thrown
  const { expected, saw, where, tryThis } = thrown
  return { expected, saw, where, tryThis }
}

/** Why it could not be looked at. Rejects with what else came of it: it must be nothing but CannotLook. */
export async function blind(proof: Promise<unknown>): Promise<Blind> {
  const thrown = await failureOf(proof)
  if (!(thrown instanceof CannotLook)) throw thrown
  return blindFrom(thrown)
}

const failureOf = (proof: Promise<unknown>) =>
  proof.then(
    () => new Error('It holds'),
    (thrown: unknown) => thrown,
  )
