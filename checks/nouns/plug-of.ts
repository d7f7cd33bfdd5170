import type { Link } from '../../harness/look/evidence.ts'
import { type Plug, plugs } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { arePair } from '../../harness/look/veth.ts'
import { type Endpoint, linkOf, sendingLinks } from './endpoint.ts'

/** Links of the endpoint's namespace that what bears its address sends by: often but one, the address's own. */
async function innerEnds(lab: Lab, endpoint: Endpoint): Promise<Link[]> {
  const [inner, { netns }] = await Promise.all([linkOf(lab, endpoint), lab.kernel(endpoint.node)])
  return inner ? sendingLinks(netns[endpoint.netns] ?? [], inner) : []
}

/** The link of the node that leads into the endpoint's namespace: the other end of its veth pair. */
export async function outerEnd(lab: Lab, endpoint: Endpoint): Promise<Link | undefined> {
  const [inside, { links }] = await Promise.all([innerEnds(lab, endpoint), lab.kernel(endpoint.node)])
  return links.find(link => inside.some(inner => arePair(inner, link)))
}

/** What the kernel calls the link of an internal port: of its own datapath, and of the one in user space. */
const INTERNAL_KINDS = ['openvswitch', 'tun', undefined]

/** Where Open vSwitch has what leads into the endpoint's namespace; empty where it is in no bridge. */
export async function plugsOf(lab: Lab, endpoint: Endpoint): Promise<Plug[]> {
  const [ovs, outer, inside, { links }] = await Promise.all([
    lab.ovs(endpoint.node),
    outerEnd(lab, endpoint),
    innerEnds(lab, endpoint),
    lab.kernel(endpoint.node),
  ])
  // An OVS internal port moved into the namespace has no outer end: its row bears the inner link's own name, and the
  // node itself has no link of that name any more.
  const isInternal = (name: string) =>
    inside.some(
      link => link.name === name && link.peerIndex === undefined && INTERNAL_KINDS.includes(link.kind),
    ) && !links.some(link => link.name === name)
  return plugs(ovs).filter(
    ({ iface }) => iface.name === outer?.name || (iface.type === 'internal' && isInternal(iface.name)),
  )
}
