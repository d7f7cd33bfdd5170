import type { TraceSeen } from '../../harness/look/evidence.ts'
import { integrationBridgeName } from '../../harness/look/integration-bridge.ts'
import type { Lab, OvsDatabase } from '../../harness/look/lab.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Break } from '../heard/bracket.ts'
import { tracedFrom, tracedOut } from '../heard/changed-underway.ts'
import { foreignFlow } from '../heard/logical-end.ts'
import { originsOf } from '../heard/origin.ts'
import { rewrittenAt } from '../heard/rewritten-at.ts'
import { toldByHand } from '../heard/told-by-hand.ts'
import { EVERYBODY } from '../nouns/arp.ts'
import { firstOf } from '../nouns/first-of.ts'
import type { Place } from '../route/place.ts'
import type { Route } from '../route/route.ts'
import { rewrites } from './stack-rules.ts'

/** Actions after which a packet is no longer the one that is looked for, or only a part of it (ovs-actions(7)). */
const CHANGING =
  /^(set_field|mod_|load|move|push_|pop_|strip_vlan|dec_|encap|decap|set_mpls|output\(.*max_len)/

/**
 * A flow made by hand that changes the packet on its way, though the flows would bring it out all the same: what comes out is
 * something else than what came in.
 */
export async function changedByHand(
  lab: Lab,
  node: string,
  ovs: OvsDatabase,
  { steps }: TraceSeen,
): Promise<BrokenLink | undefined> {
  const bridge = integrationBridgeName(ovs)
  const changing = steps.filter(({ actions }) => actions.some(action => CHANGING.test(action)))
  const origins = await originsOf(lab, ovs, changing)
  // Into other bridges OVN puts no flows.
  const step = changing.find((one, at) => one.bridge !== bridge || origins[at]?.kind === 'foreign')
  return step && foreignFlow(node, step)
}

/** What of a node gave a packet another address between the link by which it came to the bridges and that by which it left them. */
export async function changedThrough(
  lab: Lab,
  route: Route,
  { node, enters, leaves }: Extract<Place, { kind: 'bridge' }>,
  broken: Break,
): Promise<BrokenLink | undefined> {
  const { frame: _, ...asSent } = broken
  const { ovs, trace } = (await tracedFrom(lab, route, enters, asSent)) ?? {}
  return (
    (ovs && trace ? await changedByHand(lab, node, ovs, trace) : undefined) ??
    (await rewrittenAt(lab, { ...enters, way: 'in' }, broken.packet)) ??
    rewrittenAt(lab, { ...leaves, way: 'out' }, broken.packet)
  )
}

/**
 * A question for a MAC address is sent to everybody, and its answer to whoever asked (RFC 826): what sends it to another address,
 * in its sender's namespace or in the bridges and at the links of a node, keeps it from whom it is for.
 */
export async function sentToAnother(lab: Lab, route: Route, broken: Break): Promise<BrokenLink | undefined> {
  const { packet, frame } = broken
  const { from, to, posts } = route
  const endWith = (address: string) => [from, to].find(end => end?.address === address)
  const meant =
    packet.kind === 'arp-request'
      ? EVERYBODY
      : packet.kind === 'arp-reply'
        ? endWith(packet.destination)?.mac
        : undefined
  if (!frame || !meant || frame.destinationMac === meant) return undefined
  const sender = endWith(packet.source)
  const { frame: _, ...asSent } = broken
  const { ovs, trace } = (sender && (await tracedOut(lab, route, sender.node, asSent))) ?? {}
  return (
    (sender && (await rewrites(lab, sender, broken))) ??
    (ovs && trace ? await changedByHand(lab, sender!.node, ovs, trace) : undefined) ??
    firstOf(
      posts.filter(({ kind }) => kind === 'exit'),
      post => rewrittenAt(lab, { ...post, way: 'out' }, packet),
    )
  )
}

/**
 * A flow made by hand that the packet met on the node where it was plugged in: what came out of the tunnel without a way on
 * was put into it by that one.
 */
export async function sentByHand(
  lab: Lab,
  route: Route,
  node: string,
  broken: Break,
): Promise<BrokenLink | undefined> {
  const { frame: _, ...asPlugged } = broken
  const { trace } = (await tracedOut(lab, route, node, asPlugged)) ?? {}
  const step = trace && (await toldByHand(lab, node, trace))
  return step && foreignFlow(node, step)
}
