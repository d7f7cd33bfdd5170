import { isInPrefix } from '../../harness/core/prefix.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { integrationBridgeName, plugs } from '../nouns/integration-bridge.ts'
import type { Break } from './bracket.ts'
import { meddled } from './in-bridge.ts'
import { foreignFlow, logicalEnd } from './logical-end.ts'
import { packetToTrace } from './packet.ts'
import type { Route } from './route.ts'

/**
 * What left a node for a neighbour of the sender under another MAC than the sender gave it was changed on its way through
 * the node's bridges: the packet is traced as it was sent, and the flow that somebody made for it is named.
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
  const ovs = await lab.ovs(from.node)
  const enters = plugs(ovs).find(({ iface }) => posts[0]?.links.includes(iface.name))
  const { vlan: _, ...plain } = frame
  const sent: Break = { ...broken, frame: { ...plain, destinationMac: mac } }
  const packet = enters && packetToTrace(route, enters, sent)
  const [trace] = (packet && (await unlessBlind(lab.traces(from.node, [packet])))) ?? []
  if (!trace) return undefined
  return (
    (await logicalEnd(lab, route, from.node, ovs, trace, sent)) ??
    meddled(from.node, integrationBridgeName(ovs), trace)
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
  const post = route.posts.find(({ kind, node: at }) => kind === 'plug' && at === node)
  const ovs = await unlessBlind(lab.ovs(node))
  const enters = ovs && plugs(ovs).find(({ iface }) => post?.links.includes(iface.name))
  const packet = enters && packetToTrace(route, enters, broken)
  const [trace] = (packet && (await unlessBlind(lab.traces(node, [packet])))) ?? []
  const step = trace?.steps.find(
    ({ bridge, actions }) =>
      bridge !== integrationBridgeName(ovs!) && actions.some(action => UNSEEN.test(action)),
  )
  return step && foreignFlow(node, step)
}
