import type { Link } from '../harness/look/evidence.ts'
import type { Lab } from '../harness/look/lab.ts'
import { type Endpoint, linkOf } from './endpoint.ts'
import { type Plug, plugs } from './integration-bridge.ts'

/** The link of the node that leads into the endpoint's namespace: the other end of its veth pair. */
export async function outerEnd(lab: Lab, endpoint: Endpoint): Promise<Link | undefined> {
  const [inner, { links }] = await Promise.all([linkOf(lab, endpoint), lab.kernel(endpoint.node)])
  return links.find(link => link.index === inner?.peerIndex && link.peerIndex === inner.index)
}

/** Where Open vSwitch has what leads into the endpoint's namespace; empty where it is in no bridge. */
export async function plugsOf(lab: Lab, endpoint: Endpoint): Promise<Plug[]> {
  const [ovs, outer, inner] = await Promise.all([
    lab.ovs(endpoint.node),
    outerEnd(lab, endpoint),
    linkOf(lab, endpoint),
  ])
  // An OVS internal port moved into the namespace has no outer end: its row bears the inner link's own name.
  return plugs(ovs).filter(
    ({ iface }) =>
      iface.name === outer?.name ||
      (iface.type === 'internal' && inner?.peerIndex === undefined && iface.name === inner?.name),
  )
}
