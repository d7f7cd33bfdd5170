import { CannotLook, Contradiction } from '../../harness/core/errors.ts'

/** What a look saw; undefined where it could not look, but not where what was looked at contradicts itself. */
export const unlessMerelyBlind = <T>(look: Promise<T>): Promise<T | undefined> =>
  look.catch(thrown => {
    if (thrown instanceof CannotLook && !(thrown instanceof Contradiction)) return undefined
    throw thrown
  })
