import { patient } from '../core/patience.ts'
import type { Machine } from '../ssh/machine.ts'

/** A mistake, or somebody's commands, may have stopped who would answer. */
const SETTLE_SECONDS = 3
/** Answered from its main loop: what the kernel told ovs-vswitchd before is in its database, and flows are in force. */
const switchSettled = (seconds: number) =>
  `timeout ${seconds} ovs-appctl -t ovs-vswitchd version && timeout ${seconds} ovs-appctl -t ovs-vswitchd version`
/** Every chassis has made flows of what the databases say (ovn-nbctl(8), "Synchronization"). */
const chassisSettled = (seconds: number) => `timeout ${seconds} ovn-nbctl --wait=hv sync`
const DEADLINE_MS = 20_000

/**
 * Waits until switches and chassis have done what they were told, a few seconds at most: no sleep, no hang. Whether all of
 * them said that they have. CannotLook where a node is gone. `settleSeconds`: how long each of them is waited for, on a machine of
 * usual speed.
 */
export async function settle(
  machines: ReadonlyMap<string, Promise<Machine>>,
  central: string,
  settleSeconds = SETTLE_SECONDS,
): Promise<boolean> {
  const run = async (node: string, script: (seconds: number) => string) => {
    const machine = await machines.get(node)
    if (!machine) throw new TypeError(`there is no node ${node}`)
    const seconds = patient(settleSeconds, machine)
    return machine.run(script(seconds), { deadlineMs: DEADLINE_MS })
  }
  const switches = await Promise.all([...machines.keys()].map(node => run(node, switchSettled)))
  const chassis = await run(central, chassisSettled)
  return [...switches, chassis].every(({ code }) => code === 0)
}
