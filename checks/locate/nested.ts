import { text } from '../../harness/core/text.ts'
import { integrationBridgeName, plugs } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { vlanOf } from '../diagnosis/bridge-vlan.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { on } from '../nouns/phrases.ts'
import { parentOf } from '../nouns/ports-of.ts'
import type { End } from '../route/hop.ts'
import { claimsOf } from '../route/nested.ts'
import type { Break } from '../route/place.ts'
import { rowsOf } from '../route/route.ts'

/**
 * Why packets of a port that is nested in another one are not its own to OVN: there is no such other port, its interface is on another
 * node or on none, or they bear another VLAN tag than the port has (ovn-nb(5), Logical_Switch_Port, parent_name and tag).
 */
export async function nestedApart(
  lab: Lab,
  end: End,
  { frame, place }: Partial<Break> = {},
): Promise<BrokenLink | undefined> {
  const { ports } = await lab.northbound()
  const port = ports.find(({ name }) => name === end.logicalPort)
  const parent = port && parentOf(port)
  if (!port || parent === undefined) return undefined
  const row = (column: string) => ({
    where: `OVN_Northbound · Logical_Switch_Port · ${column}`,
    tryThis: `sudo ovn-nbctl --columns=name,parent_name,tag list Logical_Switch_Port ${port.name}`,
  })
  if (!ports.some(({ name }) => name === parent))
    return {
      ...row('parent_name'),
      saw: text(
        `${port.name} is nested in ${parent} (parent_name), and there is no port of that name`,
        `${port.name} 的 parent_name 是 ${parent}，但沒有叫這個名稱的 port`,
      ),
    }
  const all = plugs(await lab.ovs(end.node))
  const integration = integrationBridgeName(await lab.ovs(end.node))
  const carrier = claimsOf(all, integration, parent)
  if (!carrier)
    return {
      ...row('parent_name'),
      saw: text(
        `${port.name} is nested in ${parent} (parent_name), and no interface of ${end.node} has the iface-id ${parent}`,
        `${port.name} 的 parent_name 是 ${parent}，但 ${end.node} 上沒有任何介面的 iface-id 是 ${parent}`,
      ),
    }
  const cable = all.find(({ iface }) => iface.name === end.plug && iface.name !== carrier.iface.name)
  const isSent = place?.kind === 'bridge' && rowsOf(place.enters).includes(end.plug ?? '')
  const vlan = cable ? vlanOf(cable) : isSent ? (frame?.vlan ?? 0) : undefined
  const [tag] = port.tag
  if (vlan === undefined || vlan === tag) return undefined
  const name = cable?.iface.name ?? end.device
  return {
    ...row('tag'),
    saw: text(
      `${port.name}, nested in ${parent}, has tag = ${tag ?? '[]'}, and packets of ${end.netns ?? name} come to ${carrier.iface.name} in VLAN ${vlan}${cable ? ` (${name} of ${cable.bridge.name})` : ''}`,
      `${port.name}（parent_name 是 ${parent}）的 tag = ${tag ?? '[]'}，但 ${end.netns ?? name} 的封包是以 VLAN ${vlan} 到達 ${carrier.iface.name}${cable ? `（${cable.bridge.name} 的 ${name}）` : ''}`,
    ),
    ...(cable && { tryThis: on(end.node, `sudo ovs-vsctl list Port ${cable.port.name}`) }),
  }
}
