import { Unmet } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { chassisName, tunnelsTo } from '../../harness/look/tunnel-ports.ts'
import { tunnelAstray } from '../diagnosis/tunnel.ts'
import { list, on, quoted } from '../nouns/phrases.ts'
import { choiceFor, idleChassis } from './gateway-chassis.ts'

/** The chassis of the node may take the port of a router with an address over: it is one of those chosen, and not the first. */
export async function standsBy(lab: Lab, address: string, node: string): Promise<void> {
  const { name, found, table, rows, isByHostname } = await choiceFor(lab, address, node)
  const port = found?.port.name ?? ''
  const own = rows.find(({ chassis_name }) => chassis_name === name)
  const isBehind = ({ priority }: { priority: number }) => own !== undefined && priority > own.priority
  if (rows.some(isBehind)) return
  const seen = list(rows.map(({ chassis_name, priority }) => `${chassis_name} (priority ${priority})`))
  throw new Unmet({
    expected: text(
      `${quoted(name)}, the chassis of ${node}, as a gateway chassis of the router port with ${address}, and its priority is lower than that of another one`,
      `有 ${address} 的 router port，gateway chassis 也包括 ${node} 的 ${quoted(name)}，優先權比另一個低`,
    ),
    saw: text(`gateway chassis of ${port}: ${seen.en}`, `${port} 的 gateway chassis：${seen['zh-TW']}`),
    where: `OVN_Northbound · ${own ? `${table} · priority` : isByHostname ? `${table} · chassis_name` : 'Logical_Router_Port · gateway_chassis'}`,
    tryThis: `sudo ovn-nbctl lrp-get-gateway-chassis ${port}`.trim(),
    ...(isByHostname && { cause: 'chassis-by-hostname' as const }),
  })
}

/**
 * The node watches the other one through the tunnel between them, and hears it: BFD on the tunnel port is up (RFC 5880;
 * ovn-controller turns it on where gateway chassis may stand in for each other, ovs-vswitchd.conf.db(5), bfd_status).
 */
export async function watches(lab: Lab, node: string, other: string): Promise<void> {
  const [ovs, peer] = await Promise.all([lab.ovs(node), lab.ovs(other)])
  const tunnels = tunnelsTo(ovs, chassisName(peer) ?? '')
  if (tunnels.some(({ iface }) => iface.bfd_status.state === 'up')) return
  const seen = list(tunnels.map(({ iface }) => `${iface.name}: ${iface.bfd_status.state ?? '-'}`))
  throw new Unmet({
    expected: text(
      `BFD is up on the tunnel port of ${node} to ${other}`,
      `${node} 通往 ${other} 的 tunnel port 上，BFD 的狀態是 up`,
    ),
    saw: seen,
    where: `${node} · Open_vSwitch · Interface · bfd_status`,
    tryThis: on(node, 'sudo ovs-vsctl --columns=name,bfd,bfd_status find Interface type=geneve'),
    ...((await idleChassis(lab, node)) ?? (await tunnelAstray(lab, node, other))),
  })
}
