import { text } from '../../harness/core/text.ts'
import { plugs } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { firstOf } from '../nouns/first-of.ts'
import { on } from '../nouns/phrases.ts'
import type { BrokenLink } from './broken-link.ts'

/** A bridge copies its packets to somewhere else (ovs-vswitchd.conf.db(5), Mirror). */
export async function mirrored(lab: Lab): Promise<BrokenLink | undefined> {
  for (const node of lab.nodes) {
    const ovs = await lab.ovs(node)
    const bridge = ovs.bridges.find(({ mirrors }) => mirrors?.length > 0)
    const own = ovs.mirrors.find(
      ({ _uuid, external_ids }) => bridge?.mirrors.includes(_uuid) && external_ids?.['ovn-owned'] === 'true',
    )
    if (bridge && own) return madeByOvn(node, bridge.name, own.name)
    if (bridge)
      return {
        where: `${node} · Open_vSwitch · Bridge · mirrors`,
        saw: text(
          `${bridge.name} on ${node} has a mirror that copies packets into another port`,
          `${node} 的 ${bridge.name} 上有 mirror，會把封包複製到別的 port`,
        ),
        tryThis: on(node, 'sudo ovs-vsctl list Mirror'),
        cause: 'mirrored',
      }
  }
  return undefined
}

/** Taken away from the bridge, it would be made again: it belongs to a row of OVN's own (ovn-nb(5), Mirror). */
const madeByOvn = (node: string, bridge: string, name: string): BrokenLink => ({
  where: 'OVN_Northbound · Logical_Switch_Port · mirror_rules',
  saw: text(
    `${bridge} on ${node} has the mirror ${name}, which OVN has created: a logical switch port refers to ${name} in the table Mirror`,
    `${node} 的 ${bridge} 上有 OVN 建立的 mirror ${name}：有 logical switch port 參照了 Mirror 資料表裡的 ${name}`,
  ),
  tryThis: 'sudo ovn-nbctl mirror-list; sudo ovn-nbctl --columns=name,mirror_rules list Logical_Switch_Port',
  cause: 'mirrored-by-ovn',
})

/**
 * A mirror puts copies into a VLAN: every port that carries it, the one they came in by among them, sends them out again, and switches
 * outside learn the MACs of other machines there (ovs-vswitchd.conf.db(5), Mirror, output_vlan).
 */
export const copiedIntoVlan = (
  lab: Lab,
  posts: { node: string; netns?: string; links: string[] }[],
): Promise<BrokenLink | undefined> =>
  firstOf(posts, async ({ node, netns, links }) => {
    const ovs = netns !== undefined ? undefined : await unlessBlind(lab.ovs(node))
    const bridge = ovs && plugs(ovs).find(({ iface }) => links.includes(iface.name))?.bridge
    const mirror = ovs?.mirrors.find(
      ({ _uuid, output_vlan }) => bridge?.mirrors?.includes(_uuid) && output_vlan.length > 0,
    )
    if (!bridge || !mirror) return undefined
    const vlan = mirror.output_vlan[0]
    return {
      where: `${node} · Open_vSwitch · Mirror · output_vlan`,
      saw: text(
        `mirror ${mirror.name} of ${bridge.name} has output_vlan ${vlan}, so copies leave in VLAN ${vlan} by its ports, where switches outside take their senders to be`,
        `${bridge.name} 的 mirror ${mirror.name} 把 output_vlan 設成 ${vlan}，複本會以 VLAN ${vlan} 從它的 port 送出去，外面的交換器就以為寄件者在那裡`,
      ),
      tryThis: on(node, 'sudo ovs-vsctl --columns=name,output_vlan list Mirror'),
      cause: 'mirrored',
    }
  })
