import { isInPrefix } from '../../harness/core/prefix.ts'
import { text } from '../../harness/core/text.ts'
import type { TraceSeen } from '../../harness/look/evidence.ts'
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

/**
 * Open vSwitch itself has another route for the tunnel, or none: of the routes that somebody gave to it alone the kernel
 * knows nothing (ovs-appctl(8), ovs/route/add). Told by a trace through the userspace datapath (xlate_tnl_route).
 */
export async function tunnelRouteAstray(
  lab: Lab,
  node: string,
  remote: string | undefined,
  trace: TraceSeen | undefined,
): Promise<BrokenLink | undefined> {
  const notes = trace?.steps.flatMap(step => step.notes) ?? []
  const isUnrouted = notes.some(note => /native tunnel routing failed/.test(note))
  const [, hop, bridge] = notes.map(note => /\btunneling to (\S+) via (\S+)/.exec(note)).find(Boolean) ?? []
  if (remote === undefined || !(isUnrouted || (hop !== undefined && bridge !== undefined))) return undefined
  const [ovs, facts] = await Promise.all([lab.ovs(node), unlessBlind(lab.kernel(node))])
  const own = chassisSetting(ovs, 'ovn-encap-ip')
  const isMeant = facts?.links.some(
    ({ name, addresses }) => name === bridge && addresses.some(({ address }) => address === own),
  )
  if (!isUnrouted && isMeant !== false) return undefined
  return {
    where: `${node} · ovs-vswitchd · routes`,
    saw: isUnrouted
      ? text(
          `Open vSwitch on ${node} has no route to ${remote}, where the other chassis receives Geneve`,
          `${node} 的 Open vSwitch 沒有通往 ${remote} 的路由，另一個 chassis 在那裡收 Geneve`,
        )
      : text(
          `Open vSwitch on ${node} sends Geneve for ${remote} to ${hop} via ${bridge}, and ${own} is not on ${bridge}`,
          `${node} 的 Open vSwitch 把給 ${remote} 的 Geneve 經過 ${bridge} 送往 ${hop}，但 ${own} 不在 ${bridge} 上`,
        ),
    tryThis: on(node, 'sudo ovs-appctl ovs/route/show'),
  }
}

/** The kernel's route, for every two nodes between which a path goes through a tunnel, where nobody listened to their underlay. */
export function detoured(lab: Lab, { posts }: Pick<Route, 'posts'>): Promise<BrokenLink | undefined> {
  const nodes = [...new Set(posts.flatMap(({ node, isTunnel }) => (isTunnel ? [node] : [])))]
  const pairs = nodes.flatMap(node =>
    nodes.filter(other => other !== node).map(other => [node, other] as const),
  )
  return firstOf(pairs, async ([node, other]) => {
    const [ovs, peer] = await Promise.all([unlessBlind(lab.ovs(node)), unlessBlind(lab.ovs(other))])
    const name = peer && chassisName(peer)
    const [tunnel] = ovs && name ? tunnelsTo(ovs, name) : []
    return tunnel && underlayRouteAstray(lab, node, tunnel.iface.options.remote_ip)
  })
}
