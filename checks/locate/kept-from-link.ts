import { Unmet } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import { integrationBridgeName, plugs } from '../../harness/look/integration-bridge.ts'
import { routersWith } from '../../harness/look/joints.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { on } from '../nouns/phrases.ts'
import { reachesPort } from '../route/reaches-port.ts'
import { switchOddity } from './bridge-oddity.ts'

/** A router's question for the MAC address of its next hop. */
interface Question {
  address: string
  nextHop: string
}

/**
 * What a router sends by a node that only stands by would leave by the node's physical link. No packet of it goes there yet, so its
 * question for the next hop is traced from the patch port that ovn-controller made (ovs-vswitchd(8), ofproto/trace).
 */
export async function leavesByLink(
  lab: Lab,
  node: string,
  linkName: string,
  { address, nextHop }: Question,
): Promise<void> {
  const [ovs, northbound, facts] = await Promise.all([lab.ovs(node), lab.northbound(), lab.kernel(node)])
  const all = plugs(ovs)
  const own = all.find(({ iface }) => iface.name === linkName)
  const enters = all.find(
    ({ bridge, port, iface }) =>
      bridge.name === own?.bridge.name && iface.type === 'patch' && 'ovn-localnet-port' in port.external_ids,
  )
  const mac = routersWith(northbound, address)[0]?.port.mac.toLowerCase()
  const localnet = northbound.ports.find(
    ({ name }) => name === enters?.port.external_ids['ovn-localnet-port'],
  )
  // With a tag of the localnet port it is frames of that VLAN that cross the bridge.
  if (!own || enters?.iface.ofport[0] === undefined || mac === undefined || localnet?.tag.length !== 0) return
  const bridge = own.bridge.name
  const flow = `in_port=${enters.iface.ofport[0]},dl_src=${mac},dl_dst=ff:ff:ff:ff:ff:ff,arp,arp_op=1,arp_spa=${address},arp_tpa=${nextHop},arp_sha=${mac}`
  const [trace] = (await unlessBlind(lab.traces(node, [{ bridge, flow }]))) ?? []
  // Of several links in one port, any may be taken.
  const links = all.filter(({ port }) => port === own.port).map(({ iface }) => iface.name)
  if (!trace || reachesPort(trace, facts.datapath ?? [], links) !== false) return
  throw new Unmet({
    expected: text(
      `what OVN sends into ${bridge} leaves by ${linkName}, should ${node} take over`,
      `由 ${node} 接手時，OVN 送進 ${bridge} 的封包會從 ${linkName} 出去`,
    ),
    where: `${node} · ${bridge} · OpenFlow`,
    saw: text(
      `a question of the router for ${nextHop}, traced through ${bridge}, would be sent to: ${trace.datapathActions}`,
      `追蹤 router 詢問 ${nextHop} 的封包，經過 ${bridge} 之後會被送往：${trace.datapathActions}`,
    ),
    tryThis: on(node, `sudo ovs-appctl ofproto/trace ${bridge} ${flow}`),
    ...(await switchOddity(lab, node, trace, { integration: integrationBridgeName(ovs), links, broken: {} })),
  })
}
