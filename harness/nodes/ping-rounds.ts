import type { Marker, PingSeen } from '../look/evidence.ts'
import { isLossy } from '../look/loss.ts'
import { unlessBlind } from '../look/unless-blind.ts'
import type { Machine } from '../ssh/machine.ts'
import { shellQuote } from '../ssh/root-shell.ts'
import { broadcastScript } from './broadcast.ts'
import { type Pace, type PingPlan, pingFrom } from './ping.ts'

/** The machine of a node. Rejects with CannotLook where it does not answer. */
export type MachineOf = (node: string) => Promise<Machine>

/**
 * Those of a size of their own after the others: one that fits nowhere may take packets with it that are sent beside it. Where
 * small ones are lost the large ones tell nothing more, and none is sent.
 */
export async function pingInRounds(
  plans: PingPlan[],
  machineOf: MachineOf,
  pace: Pace = {},
): Promise<PingSeen[]> {
  const small = await pingAll(
    plans.filter(plan => !isSized(plan)),
    machineOf,
    pace,
  )
  const lostOf = ({ from, to }: PingPlan) =>
    small.find(
      ping =>
        ping.to === to &&
        ping.from.node === from.node &&
        ping.from.netns === from.netns &&
        ping.tcpPort === undefined &&
        (isLossy(ping) || ping.complaint !== undefined),
    )
  const sized = await pingAll(
    plans.filter(plan => isSized(plan) && !lostOf(plan)),
    machineOf,
    pace,
  )
  const made = new Map([...small, ...sized].map(ping => [ping.token, ping]))
  return plans.map(plan => made.get(plan.token) ?? notMade(plan, lostOf(plan)?.complaint))
}

const isSized = ({ bytes, variants }: PingPlan) => bytes !== undefined || variants !== undefined

const notMade = (plan: PingPlan, complaint: string | undefined): PingSeen => ({
  ...plan,
  sent: 0,
  received: 0,
  ...(complaint !== undefined && { complaint }),
})

/** Makes all pings, one exec a node, and tells them in the order given. */
export async function pingAll(plans: PingPlan[], machineOf: MachineOf, pace?: Pace): Promise<PingSeen[]> {
  const nodes = [...new Set(plans.map(plan => plan.from.node))]
  const seen = await Promise.all(
    nodes.map(async node => {
      const own = plans.filter(plan => plan.from.node === node)
      return pingFrom(await machineOf(node), own, pace)
    }),
  )
  const byToken = new Map(seen.flat().map(ping => [ping.token, ping]))
  return plans.map(plan => byToken.get(plan.token)!)
}

/** How long a broadcast may take to be sent. */
const SEND_MS = 1_000

/** Where it cannot be sent, it is not heard: that tells enough. */
export async function broadcast(
  { from, link, to, token, isBroadcast }: Marker & PingPlan,
  machineOf: MachineOf,
): Promise<void> {
  const own = broadcastScript(token, to, isBroadcast ? link : undefined)
  const script =
    from.netns === undefined ? own : `ip netns exec ${shellQuote(from.netns)} sh -c ${shellQuote(own)}`
  await unlessBlind(machineOf(from.node).then(machine => machine.run(script, { deadlineMs: SEND_MS })))
}
