import { execFileSync } from 'node:child_process'
import { checkout } from '../core/checkout.ts'
import { paced } from './paced.ts'

/** More parts than this, and a trial would wait too long for its turn. */
const PARTS_MAX = 24

/** Set, nothing waits for its turn: everything is proven at once, on a slow machine in hours. */
const isWhole = process.env.OVN_LAB_WHOLE !== undefined

/** Into how many parts a proof is divided here: into ten where processes start as fast as usual, for it takes some 25 minutes. */
export const partsHere = (): number => (isWhole ? 1 : Math.min(PARTS_MAX, Math.ceil(10 * paced(1))))

/**
 * Whose turn it is among `total` parts, from 1: commits take turns by their hashes, so that every trial is proven
 * once in some commits, and the same commit always the same ones. 1 where there is no history.
 */
export function turnOf(total: number): number {
  try {
    const hash = execFileSync('git', ['rev-parse', 'HEAD'], {
      cwd: checkout,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return (Number.parseInt(hash.toString().slice(0, 8), 16) % total) + 1
  } catch {
    return 1
  }
}

/** How many long tests of a kind (of grading, of proofs, of virtual machines) take turns where processes start slowly. */
const LONG_TESTS = 3

/** Why a long test, the `number`-th of its three, is left out here; undefined where it runs: on a fast machine always. */
const otherTurnReason = (number: 1 | 2 | 3): string | undefined =>
  isWhole || paced(1) <= 1 || turnOf(LONG_TESTS) === number
    ? undefined
    : 'on a slow machine, with another commit'

/** The same of tests in virtual machines, which take turns everywhere: together they take eleven minutes. */
export const otherMachinesReason = (number: 1 | 2 | 3): string | undefined =>
  isWhole || turnOf(LONG_TESTS) === number ? undefined : 'with another commit'

/** The same for the name of a test; empty where it runs. */
export function otherTurn(number: 1 | 2 | 3): string {
  const reason = otherTurnReason(number)
  return reason === undefined ? '' : ` (skipped: ${reason})`
}
