import { isInPrefix } from '../../harness/core/prefix.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { integrationBridgeName, plugs } from '../nouns/integration-bridge.ts'
import type { Break } from './bracket.ts'
import { meddled } from './in-bridge.ts'
import { logicalEnd } from './logical-end.ts'
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
