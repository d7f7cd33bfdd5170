import { text } from '../../harness/core/text.ts'
import type { TracePacket, TraceSeen } from '../../harness/look/evidence.ts'
import { integrationBridgeName } from '../../harness/look/integration-bridge.ts'
import type { Lab, OvsDatabase } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Break } from '../heard/bracket.ts'
import type { Traceable } from '../heard/crossings.ts'
import { foreignFlow, logicalEnd } from '../heard/logical-end.ts'
import { on } from '../nouns/phrases.ts'
import type { Route } from '../route/route.ts'
import { isByHand } from './bridge-oddity.ts'

/** A packet that comes out of a node's bridges, and one beside it of which that is not known. */
export interface Pair extends Pick<Traceable, 'leaves'> {
  usual: TracePacket
  other: TracePacket
}

/**
 * The first pair of packets whose usual one comes out where it is to leave the node and whose other one does not, with the trace of the
 * latter (ovs-vswitchd(8), ofproto/trace). OVN may be about to replace what was traced: only what is so twice is told.
 */
export async function keptBeside<P extends Pair>(
  lab: Lab,
  node: string,
  pairs: P[],
  isKept: (other: TraceSeen) => boolean = () => true,
): Promise<{ pair: P; trace: TraceSeen } | undefined> {
  if (pairs.length === 0) return undefined
  const packets = pairs.flatMap(({ usual, other }) => [usual, other])
  for (const again of [false, true]) {
    const traces = await unlessBlind(lab.traces(node, packets, { again }))
    const at = pairs.findIndex(
      ({ leaves }, index) =>
        traces !== undefined &&
        leaves.isReachedBy(traces[2 * index]!) === true &&
        leaves.isReachedBy(traces[2 * index + 1]!) === false &&
        isKept(traces[2 * index + 1]!),
    )
    if (at < 0) return undefined
    if (again) return { pair: pairs[at]!, trace: traces![2 * at + 1]! }
  }
  return undefined
}

/** What keeps a packet that was traced through the bridges of a node and does not come out of them: a flow, or the row that OVN made it for. */
export async function keeperOf(
  lab: Lab,
  route: Route,
  { node, ovs, trace }: { node: string; ovs: OvsDatabase; trace: TraceSeen },
  lost: Break,
): Promise<BrokenLink> {
  const bridge = integrationBridgeName(ovs)
  const made = trace.steps.findLast(step => step.bridge !== bridge && isByHand(step))
  return (
    (made && foreignFlow(node, made)) ??
    (await unlessBlind(logicalEnd(lab, route, node, ovs, trace, lost))) ?? {
      where: `${node} · ${trace.bridges.at(-1) ?? bridge} · OpenFlow`,
      saw: text(
        `the flows of ${node} drop it: ${trace.datapathActions}`,
        `${node} 的 flow 會丟棄它：${trace.datapathActions}`,
      ),
      tryThis: on(node, `sudo ovs-ofctl dump-flows ${trace.bridges.at(-1) ?? bridge}`),
    }
  )
}
