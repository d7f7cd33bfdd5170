import type { Verdict } from '../judge/verdict.ts'
import type { ClaimSpec } from '../lesson/lesson.ts'
import { type FaultFinding, type Finding, isFaultFinding } from './result.ts'

/** The share of faults whose link must be named for a lesson to be proven. */
export const MIN_NAMED = 0.95

/** One claim under one fault: `first` is the one that fails first, in the lesson's order. */
export type Cell = Verdict | 'first'

/** Faults × claims: who kills whom. */
export interface Matrix {
  claims: string[]
  rows: { fault: string; cells: Cell[] }[]
}

/** The kill matrix of all faults that could be judged. */
export function matrixOf(claims: Pick<ClaimSpec, 'id'>[], findings: Finding[]): Matrix {
  return {
    claims: claims.map(({ id }) => id),
    rows: judged(findings).map(({ id, seen }) => ({
      fault: id,
      cells: claims.map(claim =>
        claim.id === seen.first ? 'first' : (seen.verdicts[claim.id] ?? 'unknown'),
      ),
    })),
  }
}

const judged = (findings: Finding[]) =>
  findings
    .filter(isFaultFinding)
    .filter((finding): finding is FaultFinding & { seen: object } => finding.seen !== undefined)

/** How well a lesson's claims and faults do. Only caught faults count for claims: the others prove nothing. */
export interface Figures {
  faults: { total: number; caught: number; named: number }
  /** Of the faults that were judged; 1 where none was. */
  namedShare: number
  /** Faults that were judged and whose named link is not the injected one. */
  misses: { fault: string; expected: string; named: string | undefined }[]
}

/** Sums up the faults of a proof. */
export function figuresOf(findings: Finding[]): Figures {
  const all = findings.filter(isFaultFinding).filter(({ isHarmlessHere }) => !isHarmlessHere)
  const seen = judged(findings)
  const named = seen.filter(finding => finding.seen.isNamed)
  return {
    faults: {
      total: all.length,
      caught: seen.filter(finding => finding.seen.isCaught).length,
      named: named.length,
    },
    namedShare: seen.length === 0 ? 1 : named.length / seen.length,
    misses: seen
      .filter(finding => !named.includes(finding))
      .map(({ id, fault, seen: { named: saw } }) => ({ fault: id, expected: fault.link, named: saw })),
  }
}

/** Known mistakes a lesson has hints for, and no fault provokes: nobody has seen those hints yet. */
export function unprovokedIn(claims: Pick<ClaimSpec, 'reactions'>[], findings: Finding[]): string[] {
  const seen = new Set(judged(findings).map(finding => finding.seen.cause))
  const hinted = new Set(claims.flatMap(({ reactions }) => Object.keys(reactions ?? {})))
  return [...hinted].filter(cause => !seen.has(cause))
}

/** What the matrix says of the claims that teach something; given ones are left out. */
export interface Kills {
  total: number
  /** Killed by at least one caught fault. */
  proven: string[]
  unproven: string[]
  /** Killed, but never the first to fail: another claim always says it before. */
  redundant: string[]
}

/** Which claims are shown to fail, by faults that were caught. */
export function killsOf(claims: Pick<ClaimSpec, 'id' | 'given'>[], findings: Finding[]): Kills {
  const caught = judged(findings).filter(finding => finding.seen.isCaught)
  const ids = claims.filter(claim => !claim.given).map(({ id }) => id)
  const isKilled = (id: string) => caught.some(({ seen }) => seen.verdicts[id] === 'fails')
  const isFirst = (id: string) => caught.some(({ seen }) => seen.first === id)
  return {
    total: ids.length,
    proven: ids.filter(isKilled),
    unproven: ids.filter(id => !isKilled(id)),
    redundant: ids.filter(id => isKilled(id) && !isFirst(id)),
  }
}
