import type { Unmetness } from '../../harness/core/errors.ts'
import type { Cause } from './cause.ts'

/** The first link of a chain that is broken: where, what was seen there, and what that contradicts. */
export type BrokenLink = Omit<Unmetness, 'expected' | 'cause'> & {
  cause?: Cause | undefined
  /** The row of a database that decided it, in few words. */
  row?: string
}
