import { CannotLook } from '../core/errors.ts'

/** What a look saw; undefined where it could not look. For looks that only add to what is known. */
export const unlessBlind = <T>(look: Promise<T>): Promise<T | undefined> =>
  look.catch(thrown => {
    if (thrown instanceof CannotLook) return undefined
    throw thrown
  })
