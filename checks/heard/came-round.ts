import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { Route } from '../route/route.ts'
import type { Break } from './bracket.ts'
import { gateAt } from './gate.ts'
import { packetToTrace } from './packet.ts'

/**
 * What was heard on the link that leads out, but only as it came in there, may never have left by it: another node has
 * put a copy on the physical network. Where the node's own flows do not send it out either, that is where it was lost.
 */
export async function unlessCameRound(lab: Lab, route: Route, broken: Break): Promise<Break> {
  const { place, frame } = broken
  const [enters] = route.posts
  // What a machine takes on comes in there.
  if (route.gate) return broken
  if (place.kind !== 'outside' || enters?.node !== place.post.node || enters === place.post) return broken
  if (frame?.incoming === undefined || frame.incoming < frame.count) return broken
  const { node } = enters
  const [into, out] = [await gateAt(lab, route, enters), await gateAt(lab, route, place.post)]
  const packet = into.plug && packetToTrace(route, into.plug, broken)
  if (!packet) return broken
  // OVN may be about to replace what was traced: only what is lost twice is lost.
  for (const again of [false, true]) {
    const trace = (await unlessBlind(lab.traces(node, [packet], { again })))?.[0]
    if (!trace || out.isReachedBy(trace) !== false) return broken
  }
  return { ...broken, place: { kind: 'bridge', node, enters, leaves: place.post }, behind: 0 }
}
