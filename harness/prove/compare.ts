import type { Text } from '../core/text.ts'
import { comparable } from './comparable.ts'
import type { ClaimSeen, Observed } from './observed.ts'
import { isTrialFinding, type LessonProof } from './result.ts'

/** One thing two kinds of labs answer differently. */
export interface Difference {
  /** A trial's id, `untouched`, or the file of a solution. */
  state: string
  claim: string
  /** The first of these that differs. */
  part: 'verdict' | 'where' | 'saw'
  /** On the first kind, and on the other; (none) where it said nothing. */
  values: [string, string]
  /** Why this is so, where the lesson says it (differences.yaml). */
  why?: Text
}

/** An entry of a lesson's differences.yaml: differences that are known, and why they are there. */
export interface Explanation {
  /** Kinds of labs (--labs) it is about. */
  labs: string[]
  /** States it is about. */
  states: string[]
  /** Claims it is about; absent: any. */
  claims?: string[]
  parts: Difference['part'][]
  why: Text
}

/** What comparing a proof on one kind of labs with that on another came to. */
export interface Comparison {
  lesson: string
  labs: [string, string]
  /** States both were looked at in. */
  statesCount: number
  differences: Difference[]
}

/** Every claim, in every state both proofs looked at, whose verdict, `where` or `saw` differs. */
export function compareProofs(one: LessonProof, other: LessonProof, explained: Explanation[]): Comparison {
  const [here, there] = [statesOf(one), statesOf(other)]
  const states = [...here.keys()].filter(state => there.has(state))
  const differences = states.flatMap(state =>
    Object.entries(here.get(state)!).flatMap(([claim, seen]) => {
      const found = differenceOf(seen, there.get(state)![claim])
      return found ? [withReason({ state, claim, ...found }, other.labs, explained)] : []
    }),
  )
  return { lesson: one.lesson.id, labs: [one.labs, other.labs], statesCount: states.length, differences }
}

/** Differences nobody has explained. */
export const unexplainedIn = ({ differences }: Comparison): Difference[] =>
  differences.filter(({ why }) => why === undefined)

function statesOf({ findings }: LessonProof): Map<string, Observed> {
  return new Map(
    findings.flatMap(finding => {
      const observed = isTrialFinding(finding) ? finding.seen?.observed : finding.observed
      return observed ? [[finding.id, observed] as const] : []
    }),
  )
}

function differenceOf(
  one: ClaimSeen,
  other: ClaimSeen | undefined,
): Pick<Difference, 'part' | 'values'> | undefined {
  const pairs = [
    ['verdict', one.verdict, other?.verdict],
    ['where', comparable(one.where), comparable(other?.where)],
    ['saw', comparable(one.saw), comparable(other?.saw)],
  ] as const
  const found = pairs.find(([, here, there]) => here !== there)
  return found && { part: found[0], values: [found[1] ?? NONE, found[2] ?? NONE] }
}

const NONE = '(none)'

function withReason(difference: Difference, labs: string, explained: Explanation[]): Difference {
  const { state, claim, part } = difference
  const entry = explained.find(
    about =>
      about.labs.includes(labs) &&
      about.states.includes(state) &&
      (about.claims ?? [claim]).includes(claim) &&
      about.parts.includes(part),
  )
  return entry ? { ...difference, why: entry.why } : difference
}
