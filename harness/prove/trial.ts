import type { Text } from '../core/text.ts'
import type { Step } from '../solve/solution.ts'

/** What can be done to a lab solved with solution.yaml, wholly or in part; each kind is a folder of the lesson, and a key of its files. */
export const KINDS = ['faults', 'variations', 'lies'] as const
export type Kind = (typeof KINDS)[number]

interface Done {
  id: string
  /** What was done, in words. */
  title: Text
  do: Step[]
  /** It is tried on a lab solved up to and with this stage, and judged by the claims of these stages. */
  at: string
  /** Takes exactly this away again: after it, every claim holds. */
  repair: Step[]
  /** It does so on machines of this kind only, and is not tried on others; a fault must break nothing on another datapath. */
  onlyOn?: { datapath?: 'kernel' | 'userspace'; wires?: true; command?: string; ovn?: string; why: Text }
  /** It is about how machines are reached: the checks connect anew, as a learner's do. */
  connectsAnew?: boolean
  /** Of a pair that was drawn: what is done first, and stands beside it. Neither was written for the other. */
  beside?: Trial
}

/** A mistake learners make. */
export interface Fault extends Done {
  kind: 'faults'
  /** Ids of the claims that fail, in the lesson's order; those that come after them wait, all others hold. */
  fails: string[]
  /** What the first of them must name as `where`. */
  where: string
}

/** Something that does no harm: every claim goes on to hold. */
export interface Variation extends Done {
  kind: 'variations'
  /** What one may like to know of it. */
  remark?: Text
  /** It may blind us, and why: then claims may be unknown, or wait for one that is. */
  mayBeUnknown?: Text
}

/** A network that is not what the claims say, built so that it seems to be. */
export interface Lie extends Done {
  kind: 'lies'
  /** Ids of claims that may come to anything but `holds`; so may all others. */
  mustNotHold: string[]
}

export type Trial = Fault | Variation | Lie
