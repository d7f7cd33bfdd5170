import { paceHere } from '../pace.ts'

/** Where the processes that run tests find what was measured before the first of them; may be set by hand. */
const SETTING = 'OVN_LAB_TEST_PACE'

/**
 * Measures how slow this machine is, once for all tests of a run and before any of them keeps it busy: from then on
 * every deadline of theirs is as many times as long. Returns the factor.
 */
export async function measurePace(): Promise<number> {
  process.env[SETTING] ??= String(await paceHere())
  return Number(process.env[SETTING])
}

/** A time that is enough on a machine of usual speed, as what it has to be on this one. */
export const paced = (ms: number): number => ms * Number(process.env[SETTING] ?? 1)
