import type { TraceSeen } from '../../harness/look/evidence.ts'
import { integrationBridgeName } from '../../harness/look/integration-bridge.ts'
import type { Lab, OvsDatabase } from '../../harness/look/lab.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { foreignFlow } from '../heard/logical-end.ts'
import { originsOf } from '../heard/origin.ts'

/** Actions after which a packet is no longer the one that is looked for, or only a part of it (ovs-actions(7)). */
const CHANGING =
  /^(set_field|mod_|load|move|push_|pop_|strip_vlan|dec_|encap|decap|set_mpls|output\(.*max_len)/

/**
 * A flow made by hand that changes the packet on its way, though the flows would bring it out all the same: what comes out is
 * something else than what came in.
 */
export async function changedByHand(
  lab: Lab,
  node: string,
  ovs: OvsDatabase,
  { steps }: TraceSeen,
): Promise<BrokenLink | undefined> {
  const bridge = integrationBridgeName(ovs)
  const changing = steps.filter(({ actions }) => actions.some(action => CHANGING.test(action)))
  const origins = await originsOf(lab, ovs, changing)
  // Into other bridges OVN puts no flows.
  const step = changing.find((one, at) => one.bridge !== bridge || origins[at]?.kind === 'foreign')
  return step && foreignFlow(node, step)
}
