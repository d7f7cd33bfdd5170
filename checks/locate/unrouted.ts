import { plugs } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { logicalEnd } from '../heard/logical-end.ts'
import { packetToTrace } from '../heard/packet.ts'
import type { Break } from '../route/place.ts'
import { type Route, rowsOf } from '../route/route.ts'

/**
 * A packet that came into another subnet with the MAC address of who sent it was routed by nobody: a flow that OVN did not
 * create put it there. Undefined where the packet has another sender, or no such flow is on its way.
 */
export async function unrouted(
  lab: Lab,
  route: Route,
  broken: Break,
  mac: string,
): Promise<BrokenLink | undefined> {
  const isAsking = broken.packet.source === route.from.address
  const [sender, post] = isAsking ? [route.from, route.posts[0]] : [route.to, route.posts.at(-1)]
  if (sender?.mac !== mac || !post) return undefined
  const ovs = await lab.ovs(sender.node)
  const enters = plugs(ovs).find(({ iface }) => rowsOf(post).includes(iface.name))
  const packet = enters && packetToTrace(route, enters, broken)
  const [trace] = (packet && (await unlessBlind(lab.traces(sender.node, [packet])))) ?? []
  return trace && logicalEnd(lab, route, sender.node, ovs, trace, broken)
}
