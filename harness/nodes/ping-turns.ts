import { randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { step } from '../core/steps.ts'
import type { PingSeen } from '../look/evidence.ts'
import { FORGOTTEN_MS } from '../look/traffic.ts'
import { isCut, isDoubtful, type Pace, type PingPlan } from './ping.ts'
import { type MachineOf, pingInRounds } from './ping-rounds.ts'

/** How often a ping is made at most, each time with a token of its own. */
export const ATTEMPTS = 3

/**
 * Who pings does so while nobody else does: a network may let one end's packets pass only beside those of the other end, and a
 * learner's ping is alone. Who begins is drawn anew each time, for what the network remembers of the first is there when the
 * second has its turn, unless `apartMs` of silence go before each turn. What is in doubt is made once more, without such a
 * silence all at once; what was answered only then, others having pinged meanwhile, a third time, after a silence, and that
 * counts. The same pings, in the same order, for each time. `pace` is that of the first time. `isLate`: answers of a ping were heard
 * when it had given up; then the third one has more patience. `isIgnored`: what was lost in a first look cannot be answered in a
 * second one; nor can its larger ones, which were not made. Larger ones that were not made since smaller ones were lost or late are made
 * with those.
 */
export async function pingInTurns(
  [plans = [], again = [], last = []]: PingPlan[][],
  machineOf: MachineOf,
  apartMs = 0,
  pace: Pace = {},
  isLate: (ping: PingSeen) => boolean = () => false,
  isIgnored: (ping: PingSeen, made: PingSeen[]) => boolean = () => false,
): Promise<PingSeen[]> {
  const first = await takeTurns(plans, machineOf, apartMs, pace)
  const ignored = pace.isFirstLook ? first.filter(ping => !isCut(ping) && isIgnored(ping, first)) : []
  const isOfIgnored = (ping: PingSeen) =>
    ping.tcpPort === undefined && ignored.some(one => isOfSame(one, ping))
  const isDoubted = (ping: PingSeen) => (isDoubtful(ping) || isCut(ping)) && !isOfIgnored(ping)
  const doubtful = again.filter((_, at) => isDoubted(first[at]!))
  const second =
    apartMs > 0
      ? await takeTurns(doubtful, machineOf, apartMs)
      : await step('pings again', () => pingInRounds(doubtful, machineOf, { isCalm: true }))
  const secondOf = (at: number) => second.find(({ token }) => token === again[at]!.token)
  const isSlow = (at: number) =>
    secondOf(at) !== undefined && isDoubtful(secondOf(at)!) && [first[at]!, secondOf(at)!].some(isLate)
  const isOnlyBeside = (at: number) => first[at]!.received === 0 && (secondOf(at)?.received ?? 0) > 0
  /** The larger ones as well that were not made the second time, since these were lost. */
  const withLarger = (isAgain: (at: number) => boolean) => (at: number) =>
    isAgain(at) ||
    (secondOf(at)?.sent === 0 && again.some((one, other) => isAgain(other) && isOfSame(one, again[at]!)))
  const isWaitedFor = withLarger(isSlow)
  const isApart = withLarger(isOnlyBeside)
  const slow = last.filter((_, at) => isWaitedFor(at))
  const silentMs = apartMs > 0 || turnsOf(plans).length === 1 ? apartMs : FORGOTTEN_MS
  const waited = await takeTurns(slow, machineOf, silentMs, { isCalm: true, isPatient: true })
  const beside =
    apartMs === 0 && turnsOf(plans).length > 1 ? last.filter((_, at) => isApart(at) && !isWaitedFor(at)) : []
  const third = [...waited, ...(await takeTurns(beside, machineOf, FORGOTTEN_MS))]
  return first.map((ping, at) => third.find(({ token }) => token === last[at]!.token) ?? secondOf(at) ?? ping)
}

const isOfSame = (one: PingPlan, other: PingPlan): boolean =>
  one.to === other.to && isDeepStrictEqual(one.from, other.from)

/** How long nobody pings, all silences of such pings together. */
export const silenceMs = (attempts: PingPlan[][], apartMs = 0): number =>
  attempts.length * turnsOf(attempts[0] ?? []).length * Math.max(apartMs, FORGOTTEN_MS)

async function takeTurns(
  plans: PingPlan[],
  machineOf: MachineOf,
  apartMs: number,
  pace: Pace = {},
): Promise<PingSeen[]> {
  const made = new Map<string, PingSeen>()
  for (const turn of turnsOf(plans)) {
    if (apartMs > 0) await pause(apartMs)
    const own = { ...pace, ...(apartMs > 0 && { isAfterSilence: true }) }
    for (const ping of await step('a turn of pings', () => pingInRounds(turn, machineOf, own)))
      made.set(ping.token, ping)
  }
  return plans.map(({ token }) => made.get(token)!)
}

/** The pings of each who pings, whoever begins first. */
function turnsOf(plans: PingPlan[]): PingPlan[][] {
  const turns = new Map<string, PingPlan[]>()
  for (const plan of plans) {
    const who = JSON.stringify([plan.from.node, plan.from.netns])
    turns.set(who, [...(turns.get(who) ?? []), plan])
  }
  const drawn = [...turns.values()]
  const begins = randomInt(Math.max(1, drawn.length))
  return [...drawn.slice(begins), ...drawn.slice(0, begins)]
}
