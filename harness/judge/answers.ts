import type { Text } from '../core/text.ts'
import type { Judgement } from '../core/verdict.ts'

/** Answers of hints that are tried before they are shown. */
export interface Answers {
  /**
   * The last step of the hint that a claim has for what was seen, as it may be shown now; undefined: as it stands. Asked for
   * the first time, its command is tried, and meanwhile that is said.
   */
  of(claim: string, judgement: Judgement): Text | undefined
  /** Calls `listener` each time something was tried, with the claim. */
  onTried(listener: (claim: string) => void): void
}
