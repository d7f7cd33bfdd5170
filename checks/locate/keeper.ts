import { text } from '../../harness/core/text.ts'
import type { TraceSeen } from '../../harness/look/evidence.ts'
import { integrationBridgeName } from '../../harness/look/integration-bridge.ts'
import type { Lab, OvsDatabase } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Break } from '../heard/bracket.ts'
import { foreignFlow, logicalEnd } from '../heard/logical-end.ts'
import { on } from '../nouns/phrases.ts'
import type { Route } from '../route/route.ts'
import { isByHand } from './bridge-oddity.ts'

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
