import { text } from '../../harness/core/text.ts'
import { integrationBridgeName } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Route } from '../route/route.ts'
import type { Crossing } from './carried.ts'
import { traceable } from './crossings.ts'
import { type FoundRow, originsOf, rowInWords, whereOf } from './origin.ts'

/** By which a router chooses where packets go, beside the subnets of its own ports (ovn-nb(5)). */
const CHOOSING = ['Logical_Router_Policy', 'Logical_Router_Static_Route']

/**
 * The first policy or static route of a router that chose the next hop of what crossed a node, though the ends are in subnets
 * of one router's own ports; undefined where none did.
 */
export async function routedBy(
  lab: Lab,
  route: Route,
  crossings: Crossing[],
): Promise<BrokenLink | undefined> {
  for (const node of new Set(crossings.map(({ station }) => station.post.node))) {
    const ovs = await lab.ovs(node)
    const bridge = integrationBridgeName(ovs)
    const traced = await traceable(lab, route, node, crossings)
    const traces = await lab.traces(
      node,
      traced.map(({ packet }) => packet),
    )
    for (const { steps } of traces) {
      const origins = await originsOf(
        lab,
        ovs,
        steps.filter(step => step.bridge === bridge),
      )
      const rows = origins.flatMap(origin => (origin.kind === 'logical' && origin.row) || [])
      const row = rows.find(({ table }) => CHOOSING.includes(table))
      if (row) return chosenBy(row)
    }
  }
  return undefined
}

function chosenBy(row: FoundRow): BrokenLink {
  const words = rowInWords(row)
  return {
    where: whereOf(row),
    saw: text(
      `a router sends these packets where ${words} says, and not straight to the subnet of their destination`,
      `router 依照 ${words} 轉送這些封包，沒有直接送到目的地的網段`,
    ),
    row: words,
    tryThis: `sudo ovn-nbctl list ${row.table}`,
  }
}
