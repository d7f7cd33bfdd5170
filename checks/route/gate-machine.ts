import type { LogicalTraceSeen } from '../../harness/look/evidence.ts'
import { addressesOf, jointsOf, switchesWith } from '../../harness/look/joints.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { LogicalRouter } from '../../harness/ovsdb/tables.ts'
import { tracedTo } from '../state/next-hop-traced.ts'
import { endsFrom } from './ends.ts'
import type { End } from './hop.ts'
import { knownEnds } from './known-ends.ts'
import { isNear } from './routed.ts'

/** Where OVN's routers would bring what an end sends to an address that is foreign to its subnet (ovn-trace(8)). */
export async function ledBy(
  lab: Lab,
  from: End,
  address: string,
): Promise<{ router: LogicalRouter; trace: LogicalTraceSeen } | undefined> {
  const northbound = await unlessBlind(lab.northbound())
  if (!northbound || address.includes(':') || isNear(from, address)) return undefined
  const [joint] = jointsOf(northbound, switchesWith(northbound, from.logicalPort)).filter(({ port }) =>
    addressesOf(port).some(own => isNear(from, own)),
  )
  const router = joint?.router
  if (!joint || !router) return undefined
  const sent = { router: addressesOf(joint.port)[0]!, host: from.address }
  const [trace] = (await tracedTo(lab, northbound, sent, [address])) ?? []
  return trace && { router, trace }
}

/**
 * The machine to which OVN's routers hand what is for an address outside, by a policy or a route: an end on some node, whose kernel is to
 * take it on from there (as the nodes of Kube-OVN do).
 */
export async function gateMachine(lab: Lab, from: End, address: string): Promise<End | undefined> {
  const led = await ledBy(lab, from, address)
  const output = led?.trace.outputs?.at(-1)
  if (output === undefined) return undefined
  const { ends } = await knownEnds(lab)
  const gate = ends.find(end => end.logicalPort === output && end.isLive)
  // Whoever has the address is the end of the path, and nobody hands it on.
  return gate && endsFrom(gate).find(end => !end.address.includes(':') && end.address !== address)
}
