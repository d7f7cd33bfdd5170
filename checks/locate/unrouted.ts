import type { Lab } from '../../harness/look/lab.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { tracedFrom } from '../heard/changed-underway.ts'
import { logicalEnd } from '../heard/logical-end.ts'
import type { Break } from '../route/place.ts'
import type { Route } from '../route/route.ts'

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
  if (sender?.mac !== mac) return undefined
  const { trace, ovs } = (await tracedFrom(lab, route, post, broken)) ?? {}
  return trace && logicalEnd(lab, route, sender.node, ovs, trace, broken)
}
