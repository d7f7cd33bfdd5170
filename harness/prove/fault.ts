import type { Text } from '../say/text.ts'
import type { Step } from '../solve/solution.ts'

/** A mistake learners make: how to make it on a lab solved with solution.yaml, and what the check must say of it. */
export interface Fault {
  id: string
  /** What the learner did wrong, in words. */
  mistake: Text
  do: Step[]
  /** Takes exactly this mistake away again. */
  repair: Step[]
  /** Ids of the claims that fail, in the lesson's order; those that come after them wait, all others hold. */
  fails: string[]
  /** What the first of them must name as `where`. */
  link: string
  /** It breaks something on labs of this datapath only, and nothing on others. */
  onlyOn?: { datapath: 'kernel' | 'userspace'; why: Text }
}
