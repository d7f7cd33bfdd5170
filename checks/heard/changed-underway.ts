import { isInPrefix } from '../../harness/core/prefix.ts'
import type { TraceSeen } from '../../harness/look/evidence.ts'
import { integrationBridgeName, plugs } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { type Post, type Route, rowsOf } from '../route/route.ts'
import type { Break } from './bracket.ts'
import { foreignFlow, logicalEnd } from './logical-end.ts'
import { packetToTrace } from './packet.ts'
import { rewrittenAt } from './rewritten-at.ts'

/**
 * What left a node for a neighbour of the sender under another MAC than the sender gave it was changed on its way through
 * the node's bridges or at its link: the packet is traced as it was sent, and the flow or the packet filter that somebody made for it
 * is named.
 */
export async function changedUnderway(
  lab: Lab,
  route: Route,
  broken: Break,
): Promise<BrokenLink | undefined> {
  const { from, address, posts } = route
  const { frame } = broken
  if (!frame || !isInPrefix(address, `${from.address}/${from.prefixLength}`)) return undefined
  const stack = await unlessBlind(lab.stack(from.node, from.netns, []))
  const mac = stack?.neighbours.find(one => one.address === address && one.device === from.device)?.mac
  if (mac === undefined || mac === frame.destinationMac) return undefined
  const { vlan: _, ...plain } = frame
  const sent: Break = { ...broken, frame: { ...plain, destinationMac: mac } }
  const traced = await tracedFrom(lab, route, posts[0], sent)
  if (!traced) return undefined
  const { ovs, trace, integration } = traced
  const { node, links } = posts.find(({ kind }) => kind === 'exit') ?? posts[0]!
  return (
    (await logicalEnd(lab, route, from.node, ovs, trace, sent)) ??
    meddled(from.node, integration, trace) ??
    (await rewrittenAt(lab, { node, links, way: 'out' }, broken.packet))
  )
}

/** Actions whose effect the heads of a captured frame do not show: they cut it, or change what it carries (ovs-actions(7)). */
const UNSEEN = /max_len=|mod_tp_|->(tcp|udp|icmp)/

/** What left a node and came to nobody may have been cut by a flow that somebody made in a bridge that should only switch. */
export async function alteredUnderway(
  lab: Lab,
  route: Route,
  node: string,
  broken: Break,
): Promise<BrokenLink | undefined> {
  const { trace, integration } = (await tracedOut(lab, route, node, broken)) ?? {}
  const step = trace?.steps.find(
    ({ bridge, actions }) => bridge !== integration && actions.some(action => UNSEEN.test(action)),
  )
  return step && foreignFlow(node, step)
}

/** What becomes of the packet on a node where one of the path's ends is plugged in. */
export const tracedOut = (lab: Lab, route: Route, node: string, broken: Break) =>
  tracedFrom(
    lab,
    route,
    route.posts.find(post => post.kind === 'plug' && post.node === node),
    broken,
  )

/** What becomes of the packet where it comes in by the interface of a post; undefined where nobody could trace it. */
export async function tracedFrom(lab: Lab, route: Route, post: Post | undefined, broken: Break) {
  const ovs = post && (await unlessBlind(lab.ovs(post.node)))
  const enters = ovs && plugs(ovs).find(({ iface }) => rowsOf(post).includes(iface.name))
  const packet = enters && packetToTrace(route, enters, broken)
  const [trace] = (packet && (await unlessBlind(lab.traces(post.node, [packet])))) ?? []
  return trace && { trace, ovs: ovs!, integration: integrationBridgeName(ovs!) }
}

/** A flow of a bridge that should only switch, and that does more with the packet than that. */
export function meddled(node: string, integration: string, { steps }: TraceSeen): BrokenLink | undefined {
  const step = steps.find(
    one =>
      one.bridge !== integration &&
      one.actions.length > 0 &&
      one.actions.join() !== 'NORMAL' &&
      !isPlain(one),
  )
  return step && foreignFlow(node, step)
}

/**
 * The one flow that each bridge of Open vSwitch begins with. Behind a tunnel's packets, what br-int does afterwards with the
 * other copies stands among its actions in a trace.
 */
export const isPlain = ({ flow, actions }: TraceSeen['steps'][number]): boolean =>
  flow === 'priority 0' && actions[0] === 'NORMAL'
