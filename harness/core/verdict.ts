import type { Hop } from './hop.ts'
import type { Text } from './text.ts'

/** Four verdicts, never two; decided by the class of what a proof threw, never by its words. */
export type Verdict = 'holds' | 'fails' | 'unknown' | 'waits'

/** What a claim came to. The texts are there where the verdict has something to say. */
export interface Judgement {
  verdict: Verdict
  /** fails: what would be true. */
  expected?: Text
  /** fails: what was seen instead. unknown: why we could not look. waits: the claim waited for, or why it is aside. */
  saw?: Text
  /**
   * waits: it is not asked for now, as `saw` says. `replaced`: a later stage took its place and holds, which is worth
   * its points; `being-replaced`: such a stage is begun; `not-begun`: nothing of its extra stage is there yet.
   */
  aside?: 'replaced' | 'being-replaced' | 'not-begun'
  /** Node · database · table · column, or node · link. */
  where?: string
  /** A read-only command to see it oneself (fails), or one that helps us to look (unknown). */
  try?: string
  /** fails: the known mistake it is a sign of, by its id. */
  cause?: string
  /** fails: the path of the packet that did not arrive, where the claim is about one. */
  hops?: Hop[]
  /** fails: what it is about is there, only otherwise. */
  isBegun?: true
  /** As many steps as were asked for, one a line. */
  hint?: Text
  /** A defect of ours, with its stack: reported as one, never as the learner's. */
  bug?: string
  durationMs: number
}
