import { paceHere } from '../core/pace.ts'

/** Where the processes that run tests find what was measured before the first of them; may be set by hand. */
const SETTING = 'OVN_LAB_TEST_PACE'

/**
 * Measures how slow this machine is, once for all tests of a run and before any of them keeps it busy: from then on
 * every deadline of theirs is as many times as long. Returns the factor.
 */
export async function measurePace(): Promise<number> {
  const known = process.env[SETTING]
  if (known !== undefined) return Number(known)
  const pace = await paceHere()
  process.env[SETTING] = String(pace)
  // Others read the configuration as well, to know what is used by whom.
  if (pace > 1 && process.env.VITEST)
    console.log(`Processes start ${pace} times slower here than usual: tests may take so much longer.`)
  return pace
}

/** A time that is enough on a machine of usual speed, as what it has to be on this one. */
export const paced = (ms: number): number => ms * Number(process.env[SETTING] ?? 1)
