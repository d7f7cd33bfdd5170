/**
 * How many times as long as usual an answer may take: more than 1 where a machine is emulated in software, or very
 * busy. Every deadline and every patience in the code is one for a machine of usual speed; the slowness of a machine
 * is a fact about that machine (its address in the inventory says it), and is multiplied in where its answer is
 * awaited. So a slow machine is late and no less right, and a dead one of usual speed is still told within seconds.
 */
export interface Paced {
  readonly patienceFactor?: number
}

/** Seen: a check of day 06 that takes 1 s on containers took 5 to 9 s on emulated machines, two of them on two cores. */
export const EMULATED_PATIENCE_FACTOR = 5

/** How long to wait for the slowest of those, where `ms` are enough for one of usual speed. */
export const patient = (ms: number, ...slow: Paced[]): number => ms * factorOf(slow)

/** The largest factor; 1 unless one says more. */
export const factorOf = (slow: Paced[]): number =>
  Math.max(1, ...slow.map(({ patienceFactor = 1 }) => patienceFactor))

/** What a login, and then the agent's start, take at most on a machine of usual speed, while we still load our modules. */
const USUAL_LOGIN_MS = 200
const USUAL_HELLO_MS = 120
/** A machine slower than that is not slow but broken, for all we can tell from two times. */
const PACE_MAX = 5

/**
 * How slow a machine showed itself: how many times as long as usual its login and the start of our agent took, the
 * lesser of the two (a far network, or a sudo that waits for a name server, makes one of them long). From 1 to 5.
 */
export const paceOf = (loginMs: number, helloMs: number): number =>
  Math.min(PACE_MAX, Math.max(1, Math.min(loginMs / USUAL_LOGIN_MS, helloMs / USUAL_HELLO_MS)))
