import { CannotLook } from '../../harness/core/errors.ts'

/** Two witnesses say different things of a packet: not that nobody could look, but that one of them is not what it seems. */
export class Contradiction extends CannotLook {}

/** What a look saw; undefined where it could not look, but not where what was looked at contradicts itself. */
export const unlessMerelyBlind = <T>(look: Promise<T>): Promise<T | undefined> =>
  look.catch(thrown => {
    if (thrown instanceof CannotLook && !(thrown instanceof Contradiction)) return undefined
    throw thrown
  })
