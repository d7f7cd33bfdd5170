import { text } from '../../harness/core/text.ts'
import type { TraceSeen } from '../../harness/look/evidence.ts'
import { integrationBridgeName } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Break } from '../heard/bracket.ts'
import { originsOf, rowInWords, whereOf } from '../heard/origin.ts'
import type { Route } from '../route/route.ts'
import { oneOfSeveral, setOnRouter } from './router-options.ts'

/** What a router on the path does with a packet that a new one would not, where no flow of it ends the packet. */
export const byRouter = async (
  lab: Lab,
  route: Route,
  { node, trace }: { node: string; trace: TraceSeen | undefined },
  broken: Break,
): Promise<BrokenLink | undefined> =>
  (trace && (await translatedHere(lab, route, node, trace, broken))) ??
  (await setOnRouter(lab, route, broken)) ??
  oneOfSeveral(lab, route)

/** As ovn-northd writes that a packet gets another address (ovn-sb(5), ct_snat and ct_dnat; stateless NAT assigns it). */
const GIVES = /\b(?:ct_[sd]nat\w*\(|ip4\.(?:src|dst) ?= ?)(\d+(?:\.\d+){3})/

/**
 * A row of NAT gives the packet another address on a path on which both ends are to see each other's own: it comes out, and is
 * answered, as somebody else's.
 */
async function translatedHere(
  lab: Lab,
  { outward }: Route,
  node: string,
  trace: TraceSeen,
  { packet }: Break,
): Promise<BrokenLink | undefined> {
  if (outward) return undefined
  const ovs = await lab.ovs(node)
  const bridge = integrationBridgeName(ovs)
  const origins = await originsOf(
    lab,
    ovs,
    trace.steps.filter(step => step.bridge === bridge),
  )
  for (const origin of origins) {
    if (origin.kind !== 'logical' || origin.row?.table !== 'NAT') continue
    const given = GIVES.exec(origin.flow.actions)?.[1]
    if (given === undefined || given === packet.source || given === packet.destination) continue
    return {
      where: whereOf(origin.row),
      saw: text(
        `on its way the ${packet.kind} gets the address ${given}, by ${rowInWords(origin.row)}`,
        `${packet.kind} 在路上被換成位址 ${given}，依據是 ${rowInWords(origin.row)}`,
      ),
      tryThis: 'sudo ovn-nbctl list NAT',
    }
  }
  return undefined
}
