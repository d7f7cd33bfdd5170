import type { Text } from '../core/text.ts'
import type { Judgement } from '../core/verdict.ts'

/** Answers of hints that are tried before they are shown. */
export interface Answers {
  /**
   * The last step of the hint that a claim has for what was seen, as it may be shown now; undefined: as it stands. Asked for
   * the first time, its command is tried, and meanwhile that is said.
   */
  of(claim: string, judgement: Judgement): Text | undefined
  /**
   * The same, and nothing is tried for it: undefined where its command was not tried to the end, so that nobody knows whether it
   * fixes what was seen. `shown` is absent where the step may be shown as it stands.
   */
  tried(claim: string, judgement: Judgement): { shown?: Text } | undefined
  /** Calls `listener` each time something was tried, with the claim. */
  onTried(listener: (claim: string) => void): void
}
