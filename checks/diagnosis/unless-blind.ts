import { CannotLook } from '../../harness/judge/errors.ts'

/** What a look on the way to a cause brings; undefined where it could not look. The verdict stands without it. */
export const unlessBlind = <T>(looking: Promise<T>): Promise<T | undefined> =>
  looking.catch((thrown: unknown) => {
    if (thrown instanceof CannotLook) return undefined
    throw thrown
  })
