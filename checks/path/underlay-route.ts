import { isInPrefix } from '../../harness/core/prefix.ts'
import { text } from '../../harness/core/text.ts'
import { chassisSetting } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { chassisName, tunnelsTo } from '../../harness/look/tunnel-ports.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { firstOf } from '../nouns/first-of.ts'
import { on } from '../nouns/phrases.ts'
import type { Route } from './route.ts'

/**
 * The kernel of a node would send Geneve for another chassis by a link that is not the one on whose subnet both are: such a
 * route is longer than that of the subnet, or refuses. Open vSwitch follows the kernel's routes (ovs-appctl(8),
 * ovs/route/show). Undefined where the chassis are on different subnets: any link may lead there.
 */
export async function underlayRouteAstray(
  lab: Lab,
  node: string,
  remote: string | undefined,
): Promise<BrokenLink | undefined> {
  const [ovs, facts] = await Promise.all([lab.ovs(node), unlessBlind(lab.kernel(node))])
  const own = chassisSetting(ovs, 'ovn-encap-ip')
  const link = facts?.links.find(({ addresses }) => addresses.some(({ address }) => address === own))
  const prefixLength = link?.addresses.find(({ address }) => address === own)?.prefixLength
  if (!link || remote === undefined || !isInPrefix(remote, `${own}/${prefixLength}`)) return undefined
  const route = (await unlessBlind(lab.stack(node, undefined, [{ to: remote }])))?.routes[0]
  if (!route || (route.error === undefined && route.device === link.name)) return undefined
  const via = route.gateway === undefined ? '' : ` via ${route.gateway}`
  return {
    where: `${node} · routes`,
    saw: route.error
      ? text(
          `${node} has no route to ${remote}, where the other chassis receives Geneve: ${route.error}`,
          `${node} 沒有通往 ${remote} 的路由，另一個 chassis 在那裡收 Geneve：${route.error}`,
        )
      : text(
          `on ${node}, packets for ${remote}, where the other chassis receives Geneve, leave through ${route.device}${via}, not through ${link.name}, which has ${own}`,
          `在 ${node} 上，送往 ${remote}（另一個 chassis 收 Geneve 的位址）的封包從 ${route.device}${via} 送出，不是從有 ${own} 的 ${link.name}`,
        ),
    tryThis: on(node, `ip route get ${remote}`),
  }
}

/** The same for every two nodes between which a path goes through a tunnel, where nobody listened to their underlay. */
export function detoured(lab: Lab, { posts }: Pick<Route, 'posts'>): Promise<BrokenLink | undefined> {
  const nodes = [...new Set(posts.flatMap(({ node, isTunnel }) => (isTunnel ? [node] : [])))]
  const pairs = nodes.flatMap(node => nodes.filter(other => other !== node).map(other => [node, other] as const))
  return firstOf(pairs, async ([node, other]) => {
    const [ovs, peer] = await Promise.all([unlessBlind(lab.ovs(node)), unlessBlind(lab.ovs(other))])
    const name = peer && chassisName(peer)
    const [tunnel] = ovs && name ? tunnelsTo(ovs, name) : []
    return tunnel && underlayRouteAstray(lab, node, tunnel.iface.options.remote_ip)
  })
}
