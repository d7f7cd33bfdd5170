import { execFileSync } from 'node:child_process'
import { checkout } from '../core/checkout.ts'
import { paced } from './paced.ts'

/** More parts than this, and a trial would wait too long for its turn. */
const PARTS_MAX = 3

/** Into how many parts a proof is divided here: into one, the whole, where processes start as fast as usual. */
export const partsHere = (): number => Math.min(PARTS_MAX, Math.ceil(paced(1)))

/**
 * Whose turn it is among `total` parts, from 1: commits take turns by their hashes, so that a slow machine proves every
 * trial once in a few commits, and the same commit always the same ones. 1 where there is no history.
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

/** How many long tests of grading take turns with each other where processes start slowly. */
const LONG_TESTS = 3

/** Why a long test, the `number`-th of three, is left out here, for its name; empty where it runs: on a fast machine always. */
export const otherTurn = (number: 1 | 2 | 3): string =>
  partsHere() === 1 || turnOf(LONG_TESTS) === number
    ? ''
    : ' (skipped: on a slow machine, with another commit)'
