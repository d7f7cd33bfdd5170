import type { Verdict } from '../core/verdict.ts'
import type { ClaimSpec } from '../lesson/lesson.ts'
import { type Finding, isTrialFinding, type TrialFinding, trialsIn } from './result.ts'
import type { Fault, Kind } from './trial.ts'

/** The share of faults whose place must be named for a lesson to be proven. */
export const MIN_NAMED = 0.95

/** One claim under one fault: `first` is the one that fails first, in the lesson's order. */
export type Cell = Verdict | 'first'

/** Trials × claims: who kills whom. */
export interface Matrix {
  claims: string[]
  rows: { fault: string; kind: Kind; cells: Cell[] }[]
}

/** The kill matrix of all faults and lies that could be judged, and of variations that did harm: the others are dots only. */
export function matrixOf(claims: Pick<ClaimSpec, 'id'>[], findings: Finding[]): Matrix {
  const shown = judged(findings.filter(isTrialFinding)).filter(
    ({ trial, seen }) => trial.kind !== 'variations' || !seen.isRight,
  )
  return {
    claims: claims.map(({ id }) => id),
    rows: shown.map(({ id, trial, seen }) => ({
      fault: id,
      kind: trial.kind,
      cells: claims.map(claim => (claim.id === seen.first ? 'first' : (seen.verdicts[claim.id] ?? 'waits'))),
    })),
  }
}

const judged = <F extends TrialFinding>(findings: F[]) =>
  findings.filter((finding): finding is F & { seen: object } => finding.seen !== undefined)
const judgedFaults = (findings: Finding[]) => judged<TrialFinding<Fault>>(trialsIn(findings, 'faults'))

/** How many claims of the lesson fail in each column of a matrix, by faults. */
export const killsIn = ({ claims, rows }: Matrix): number[] =>
  claims.map(
    (_, at) =>
      rows.filter(({ kind, cells }) => kind === 'faults' && (cells[at] === 'fails' || cells[at] === 'first'))
        .length,
  )

/** How well a lesson's claims and trials do. Only caught faults count for claims: the others prove nothing. */
export interface Figures {
  faults: { total: number; caught: number; named: number }
  variations: { total: number; held: number }
  lies: { total: number; caught: number }
  /** Of the faults that were judged; 1 where none was. */
  namedShare: number
  /** Faults that were judged and whose named place is not the injected one. */
  misses: { fault: string; expected: string; named: string | undefined }[]
}

/** Sums up the trials of a proof. */
export function figuresOf(findings: Finding[]): Figures {
  const seen = judgedFaults(findings)
  const named = seen.filter(finding => finding.seen.isNamed)
  const count = (kind: Kind) => {
    const all = trialsIn(findings, kind).filter(({ isElsewhere }) => !isElsewhere)
    return { total: all.length, right: all.filter(finding => finding.seen?.isRight).length }
  }
  const [faults, variations, lies] = [count('faults'), count('variations'), count('lies')]
  return {
    faults: { total: faults.total, caught: faults.right, named: named.length },
    variations: { total: variations.total, held: variations.right },
    lies: { total: lies.total, caught: lies.right },
    namedShare: seen.length === 0 ? 1 : named.length / seen.length,
    misses: seen
      .filter(finding => !named.includes(finding))
      .map(({ id, trial, seen: { named: saw } }) => ({ fault: id, expected: trial.where, named: saw })),
  }
}

/** Known mistakes a lesson has hints for, and no fault provokes: nobody has seen those hints yet. */
export function unprovokedIn(claims: Pick<ClaimSpec, 'reactions'>[], findings: Finding[]): string[] {
  const seen = new Set(judgedFaults(findings).map(finding => finding.seen.cause))
  const hinted = new Set(claims.flatMap(({ reactions }) => Object.keys(reactions ?? {})))
  return [...hinted].filter(cause => !seen.has(cause))
}

/** What the matrix says of the claims that teach something; given ones are left out. */
export interface Kills {
  total: number
  /** Killed by at least one caught fault or lie. */
  proven: string[]
  unproven: string[]
  /** Killed, but never the first to fail: another claim always says it before. */
  redundant: string[]
}

/** Which claims are shown to fail, by faults and lies that were caught. */
export function killsOf(claims: Pick<ClaimSpec, 'id' | 'given'>[], findings: Finding[]): Kills {
  const caught = judged<TrialFinding>([
    ...trialsIn(findings, 'faults'),
    ...trialsIn(findings, 'lies'),
  ]).filter(finding => finding.seen.isRight)
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
