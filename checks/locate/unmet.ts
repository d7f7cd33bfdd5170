import { Unmet } from '../../harness/core/errors.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'

/** What a verb of a lesson found not to be so. */
export async function unmet(judging: Promise<void>): Promise<BrokenLink | undefined> {
  try {
    await judging
    return undefined
  } catch (thrown) {
    if (!(thrown instanceof Unmet)) throw thrown
    const { where, saw, tryThis, cause } = thrown
    return { where, saw, tryThis, ...(cause !== undefined && { cause: cause as BrokenLink['cause'] }) }
  }
}
