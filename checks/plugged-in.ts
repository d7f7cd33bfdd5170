import { Unmet } from '../harness/judge/errors.ts'
import type { Link } from '../harness/look/evidence.ts'
import type { Lab } from '../harness/look/lab.ts'
import { text } from '../harness/say/text.ts'
import { type Endpoint, linkOf } from './endpoint.ts'
import { portsOf } from './has-switch-port.ts'
import { integrationBridgeName, type Plug, plugs } from './integration-bridge.ts'
import { list, on, quoted } from './phrases.ts'

/** The links of the node that lead into the endpoint's namespace: the other end of its veth. */
async function outerEnd(lab: Lab, endpoint: Endpoint): Promise<Link | undefined> {
  const [inner, { links }] = await Promise.all([linkOf(lab, endpoint), lab.kernel(endpoint.node)])
  return links.find(link => link.index === inner?.peerIndex && link.peerIndex === inner.index)
}

/**
 * The link that leads into the endpoint's namespace is in the integration bridge, and its
 * external_ids:iface-id is the name of the endpoint's logical port (ovn-architecture(7), "Life Cycle of a VIF").
 */
export async function pluggedIn(lab: Lab, endpoint: Endpoint): Promise<void> {
  const [ovs, outer, inner, ports] = await Promise.all([
    lab.ovs(endpoint.node),
    outerEnd(lab, endpoint),
    linkOf(lab, endpoint),
    portsOf(lab, endpoint),
  ])
  const bridgeName = integrationBridgeName(ovs)
  // An OVS internal port moved into the namespace has no outer end: its row bears the inner link's own name.
  const leadsInside = ({ iface }: Plug) =>
    iface.name === outer?.name || (iface.type === 'internal' && iface.name === inner?.name)
  const names = ports.map(port => port.name)
  const all = plugs(ovs)
  if (
    all.some(
      plug =>
        plug.bridge.name === bridgeName &&
        leadsInside(plug) &&
        names.includes(plug.iface.external_ids['iface-id'] ?? ''),
    )
  )
    return
  const name = outer?.name ?? inner?.name ?? endpoint.netns
  const seen = list(
    all
      .filter(plug => leadsInside(plug) || names.includes(plug.iface.external_ids['iface-id'] ?? ''))
      .map(
        ({ iface, bridge }) =>
          `${iface.name} @ ${bridge.name}, iface-id ${quoted(iface.external_ids['iface-id'])}`,
      ),
  )
  throw new Unmet({
    expected: text(
      `${name} in ${bridgeName} with external_ids:iface-id ${list(names.map(quoted)).en}`,
      `${name} 在 ${bridgeName} 上，且 external_ids:iface-id 為 ${list(names.map(quoted))['zh-TW']}`,
    ),
    saw: seen.en === 'none' ? text(`${name} is in no bridge`, `${name} 不在任何 bridge 上`) : seen,
    where: `${endpoint.node} · Open_vSwitch · Interface · external_ids:iface-id`,
    tryThis: on(endpoint.node, 'sudo ovs-vsctl --columns=name,external_ids list Interface'),
  })
}
