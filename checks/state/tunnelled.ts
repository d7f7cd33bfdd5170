import { Unmet } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import type { Lab, OvsDatabase, Southbound } from '../../harness/look/lab.ts'
import { chassisName, geneveIpsOf, tunnelPlugs, tunnelsTo } from '../../harness/look/tunnel-ports.ts'
import { underlayAddress } from '../../harness/topology/topology.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { settingAt } from '../diagnosis/chassis-setting.ts'
import { notInBridge } from '../diagnosis/in-bridge.ts'
import { tunnelAstray } from '../diagnosis/tunnel.ts'
import { underlayRefused } from '../diagnosis/underlay-route.ts'
import { firstOf } from '../nouns/first-of.ts'
import { list, on } from '../nouns/phrases.ts'

/** Where the tunnels of a node are to end, as the topology has it. */
interface TunnelEnd {
  node: string
  encapIp: string
}

/**
 * ovn-controller of a node has made a Geneve port in its integration bridge that leads to the other node, from the one's
 * address to the other's (ovn-architecture(7), "Tunnel Encapsulations"), Open vSwitch has it, the node's kernel refuses nothing
 * for that address, and there is no second way: of several addresses of one chassis, releases choose differently.
 */
export async function tunnelledByOvn(lab: Lab, node: string, peerNode: string): Promise<void> {
  const endOf = (name: string): TunnelEnd => ({ node: name, encapIp: underlayAddress(lab.topology, name) })
  const [from, to] = [endOf(node), endOf(peerNode)]
  const [ovs, peer, southbound] = await Promise.all([lab.ovs(node), lab.ovs(to.node), lab.southbound()])
  const made = tunnelsTo(ovs, chassisName(peer) ?? '')
  const [port, ...others] = made
  const isRight =
    others.length === 0 &&
    port?.iface.type === 'geneve' &&
    port.iface.options.remote_ip === to.encapIp &&
    [undefined, from.encapIp].includes(port.iface.options.local_ip)
  const several = severalAddresses(
    [
      { end: from, ovs },
      { end: to, ovs: peer },
    ],
    southbound,
  )
  const unusable = await firstOf(isRight ? [port] : [], plug => notInBridge(lab, node, plug))
  const refused = isRight && !several && !unusable && (await underlayRefused(lab, node, to.node))
  if (isRight && !several && !unusable && !refused) return
  const seen = list(
    tunnelPlugs(ovs).map(
      ({ bridge, iface }) =>
        `${iface.name} @ ${bridge.name} (${iface.type}, remote_ip ${iface.options.remote_ip})`,
    ),
  )
  throw new Unmet({
    expected: text(
      `one Geneve port in br-int of ${node}, created by OVN for the chassis of ${to.node}, from ${from.encapIp} to ${to.encapIp}`,
      `${node} 的 br-int 裡有一個由 OVN 為 ${to.node} 建立的 Geneve port，從 ${from.encapIp} 通往 ${to.encapIp}`,
    ),
    saw: text(`tunnels: ${seen.en}`, `tunnel：${seen['zh-TW']}`),
    where: `${node} · Open_vSwitch · Interface · options:remote_ip`,
    tryThis: on(node, 'sudo ovs-vsctl --columns=name,type,options find Interface type=geneve'),
    ...(refused || (several ?? (await tunnelAstray(lab, node, to.node)) ?? unusable)),
  })
}

/** A chassis that takes Geneve at more than the address it is meant to. */
function severalAddresses(
  ends: { end: TunnelEnd; ovs: OvsDatabase }[],
  southbound: Southbound,
): BrokenLink | undefined {
  for (const { end, ovs } of ends) {
    const announced = geneveIpsOf(southbound, chassisName(ovs))
    const others = announced.filter(ip => ip !== end.encapIp)
    if (!announced.includes(end.encapIp) || others.length === 0) continue
    const more = list(others)
    return {
      ...settingAt(end.node, ovs, 'ovn-encap-ip', 'encap-ip'),
      saw: text(
        `${end.node} announces ${more.en} besides ${end.encapIp}, and the other chassis may send to either`,
        `${end.node} 除了 ${end.encapIp}，還公布了 ${more['zh-TW']}，其他 chassis 可能送往任何一個`,
      ),
    }
  }
  return undefined
}
