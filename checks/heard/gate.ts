import type { DatapathPort, TraceSeen } from '../../harness/look/evidence.ts'
import { type Plug, plugs } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { chassisName, tunnelsTo } from '../../harness/look/tunnel-ports.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { reachesPort } from '../route/reaches-port.ts'
import { type Post, type Route, rowsOf } from '../route/route.ts'
import { headsIn, type TunnelHead } from '../route/tunnel-head.ts'

/** A post as the bridges of its node know it: the interface that packets enter by, and whether a trace comes out there. */
export interface Gate {
  plug: Plug | undefined
  /** Undefined where that cannot be told. */
  isReachedBy(trace: TraceSeen): boolean | undefined
  /** Where the tunnel leads: the node, and its addresses. */
  peer?: { node: string; addresses: string[] }
}

/**
 * The gate of a post. The link of a tunnel is in no bridge of OVN's: what crosses it enters and leaves by the port that
 * ovn-controller made for the chassis of the other node, and comes out with a head that is addressed to that node.
 */
export async function gateAt(
  lab: Lab,
  { posts }: Pick<Route, 'posts'>,
  post: Post,
  head?: TunnelHead,
): Promise<Gate> {
  const { node } = post
  const names = rowsOf(post)
  const [ovs, { datapath = [] }] = await Promise.all([lab.ovs(node), lab.kernel(node)])
  const other = post.isTunnel ? posts.find(({ kind, node: at }) => kind === 'exit' && at !== node) : undefined
  if (!other) {
    const plug = plugs(ovs).find(({ iface }) => names.includes(iface.name))
    return { plug, isReachedBy: trace => reachesPort(trace, datapath, names) }
  }
  const [peerOvs, facts] = await Promise.all([
    unlessBlind(lab.ovs(other.node)),
    unlessBlind(lab.kernel(other.node)),
  ])
  const addresses = (facts?.links ?? []).flatMap(link => link.addresses.map(({ address }) => address))
  const tunnels = tunnelsTo(ovs, (peerOvs && chassisName(peerOvs)) ?? '')
  const plug = head?.outerSource
    ? tunnels.find(({ iface }) => iface.options.remote_ip === head.outerSource)
    : tunnels[0]
  const isReachedBy = (trace: TraceSeen) =>
    trace.datapathActions === '' || !facts ? undefined : headFor(trace, addresses) !== undefined
  return { plug, isReachedBy, peer: { node: other.node, addresses } }
}

/** Of the heads that a trace ends in, that to one of these addresses. */
export const headFor = ({ datapathActions }: TraceSeen, addresses: string[]): TunnelHead | undefined =>
  headsIn(datapathActions).find(({ outerDestination }) => addresses.includes(outerDestination))

/** Whether a node's bridges are those of Open vSwitch's own datapath, which goes past the kernel's packet filters. */
export const isUserspace = (ports: DatapathPort[] | undefined): boolean =>
  ports?.some(({ datapath }) => datapath.startsWith('netdev@')) ?? false
