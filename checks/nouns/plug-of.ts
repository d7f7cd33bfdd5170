import type { Link } from '../../harness/look/evidence.ts'
import { type Plug, plugs } from '../../harness/look/integration-bridge.ts'
import { isInternalPort, isRenamed } from '../../harness/look/internal-port.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
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

/** Where Open vSwitch has what leads into the endpoint's namespace; empty where it is in no bridge. */
export async function plugsOf(lab: Lab, endpoint: Endpoint): Promise<Plug[]> {
  const [ovs, outer, inside, kernel] = await Promise.all([
    lab.ovs(endpoint.node),
    outerEnd(lab, endpoint),
    innerEnds(lab, endpoint),
    lab.kernel(endpoint.node),
  ])
  const isAsked = ovs.interfaces.some(iface => isRenamed(iface, kernel))
  const ports = isAsked ? ((await unlessBlind(lab.northbound()))?.ports ?? []) : []
  // An OVS internal port moved into the namespace has no outer end.
  return plugs(ovs).filter(
    ({ iface }) =>
      iface.name === outer?.name || inside.some(link => isInternalPort(iface, link, kernel, ports)),
  )
}
