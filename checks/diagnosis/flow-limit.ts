import { text } from '../../harness/core/text.ts'
import { integrationBridgeName } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { on } from '../nouns/phrases.ts'
import type { BrokenLink } from './broken-link.ts'

/**
 * A table of the integration bridge has as many flows as it may, and takes no further ones from ovn-controller
 * (ovs-vswitchd.conf.db(5), Flow_Table, flow_limit; refuse is what it does unless told to evict others).
 */
export async function tableFull(lab: Lab, node: string): Promise<BrokenLink | undefined> {
  const ovs = await unlessBlind(lab.ovs(node))
  const name = ovs && integrationBridgeName(ovs)
  const bridge = ovs?.bridges.find(one => one.name === name)
  // Recordings of earlier releases of ours have neither.
  const limited = Object.entries(bridge?.flow_tables ?? {}).flatMap(([number, uuid]) => {
    const limit = ovs?.flowTables?.find(({ _uuid }) => _uuid === uuid)?.flow_limit[0]
    return limit === undefined ? [] : [{ table: Number(number), limit }]
  })
  if (name === undefined || limited.length === 0) return undefined
  const flows = await unlessBlind(lab.flows(node, name))
  const full = limited.find(
    ({ table, limit }) => (flows?.filter(flow => flow.table === table).length ?? -1) >= limit,
  )
  if (!full) return undefined
  return {
    where: `${node} · Open_vSwitch · Flow_Table · flow_limit`,
    saw: text(
      `table ${full.table} of ${name} may have ${full.limit} flows and has them, so it refuses or replaces those that ovn-controller adds`,
      `${name} 的 table ${full.table} 最多只能有 ${full.limit} 條 flow，已經滿了，所以 ovn-controller 再加的 flow 會被拒絕或取代別的`,
    ),
    tryThis: on(node, 'sudo ovs-vsctl list Flow_Table'),
  }
}
