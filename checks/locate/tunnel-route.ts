import { text } from '../../harness/core/text.ts'
import type { TraceSeen } from '../../harness/look/evidence.ts'
import { chassisSetting, chassisSettingKey } from '../../harness/look/integration-bridge.ts'
import type { Lab, OvsDatabase } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { settingAt } from '../diagnosis/chassis-setting.ts'
import { underlayRouteAstray } from '../diagnosis/underlay-route.ts'
import type { Break } from '../heard/bracket.ts'
import { markedBy } from '../heard/marked.ts'
import { firstOf } from '../nouns/first-of.ts'
import { on } from '../nouns/phrases.ts'
import type { Route } from '../route/route.ts'

/**
 * Open vSwitch itself has another route for the tunnel, or none: of the routes that somebody gave to it alone the kernel
 * knows nothing (ovs-appctl(8), ovs/route/add). Told by a trace through the userspace datapath (xlate_tnl_route).
 */
export async function tunnelRouteAstray(
  lab: Lab,
  node: string,
  remote: string | undefined,
  trace: TraceSeen | undefined,
  broken: Break,
): Promise<BrokenLink | undefined> {
  const notes = trace?.steps.flatMap(step => step.notes) ?? []
  const isUnrouted = notes.some(note => /native tunnel routing failed/.test(note))
  const [, hop, bridge] = notes.map(note => /\btunneling to (\S+) via (\S+)/.exec(note)).find(Boolean) ?? []
  if (remote === undefined || !(isUnrouted || (hop !== undefined && bridge !== undefined))) return undefined
  const [ovs, facts, stack] = await Promise.all([
    lab.ovs(node),
    unlessBlind(lab.kernel(node)),
    unlessBlind(lab.stack(node, undefined, [{ to: remote }])),
  ])
  const used = isUnrouted ? remoteIn(ovs, trace) : undefined
  const unmeant = used !== undefined && used !== remote ? await encapOf(lab, used) : undefined
  if (unmeant) return beyondReach(node, unmeant)
  const marked = isUnrouted && trace ? await markedBy(lab, node, ovs, trace, broken) : undefined
  if (marked) return marked
  const own = chassisSetting(ovs, 'ovn-encap-ip')
  const isMeant = facts?.links.some(
    ({ name, addresses }) => name === bridge && addresses.some(({ address }) => address === own),
  )
  const kernels = stack?.routes[0]
  // What was not given to it alone, Open vSwitch takes from the kernel.
  const meant = kernels && !kernels.error ? (kernels.gateway ?? remote) : undefined
  const isDetour = meant !== undefined && hop !== undefined && hop !== meant
  if (!isUnrouted && !isDetour && isMeant !== false) return undefined
  return {
    where: `${node} · ovs-vswitchd · routes`,
    saw: isUnrouted
      ? text(
          `Open vSwitch on ${node} has no route to ${remote}, where the other chassis receives Geneve`,
          `${node} 的 Open vSwitch 沒有通往 ${remote} 的路由，另一個 chassis 在那裡收 Geneve`,
        )
      : isMeant !== false
        ? text(
            `Open vSwitch on ${node} sends Geneve for ${remote} to ${hop}; the routes of ${node} itself lead to ${meant}`,
            `${node} 的 Open vSwitch 把給 ${remote} 的 Geneve 送往 ${hop}，而 ${node} 自己的路由是送往 ${meant}`,
          )
        : text(
            `Open vSwitch on ${node} sends Geneve for ${remote} to ${hop} via ${bridge}, and ${own} is not on ${bridge}`,
            `${node} 的 Open vSwitch 把給 ${remote} 的 Geneve 經過 ${bridge} 送往 ${hop}，但 ${own} 不在 ${bridge} 上`,
          ),
    tryThis: on(node, 'sudo ovs-appctl ovs/route/show'),
  }
}

/** Where the tunnel leads that OVN chose for the packet: the port that the flows put it out to. */
function remoteIn({ interfaces }: OvsDatabase, trace: TraceSeen | undefined): string | undefined {
  const actions = trace?.steps.flatMap(step => step.actions) ?? []
  const [, port] = actions.map(action => /^output:(\d+)$/.exec(action)).findLast(Boolean) ?? []
  return interfaces.find(({ ofport }) => ofport[0] === Number(port))?.options.remote_ip
}

interface Encap {
  node: string
  key: string
  at: ReturnType<typeof settingAt>
  address: string
}

/** The node that has the address among those of its tunnels, and the setting that says so (ovn-controller(8)). */
async function encapOf(lab: Lab, address: string): Promise<Encap | undefined> {
  for (const node of lab.nodes) {
    const ovs = await unlessBlind(lab.ovs(node))
    if (!ovs) continue
    const key = ['ovn-encap-ip-default', 'ovn-encap-ip'].find(name =>
      (chassisSetting(ovs, name) ?? '').split(',').some(one => one.trim() === address),
    )
    if (key)
      return { node, key: chassisSettingKey(ovs, key), at: settingAt(node, ovs, key, 'encap-ip'), address }
  }
  return undefined
}

const beyondReach = (from: string, { node, key, at, address }: Encap): BrokenLink => ({
  ...at,
  saw: text(
    `OVN sends what is for ${node} through the tunnel to ${address}, which ${key} names, and no bridge of ${from} leads there`,
    `OVN 把給 ${node} 的封包送進通往 ${address} 的 tunnel（${key} 這樣指定），但 ${from} 沒有任何 bridge 通往那裡`,
  ),
})

/** The kernel's routes, for every two nodes between which a path goes through a tunnel. */
export function detoured(lab: Lab, { posts }: Pick<Route, 'posts'>): Promise<BrokenLink | undefined> {
  const nodes = [...new Set(posts.flatMap(({ node, isTunnel }) => (isTunnel ? [node] : [])))]
  const pairs = nodes.flatMap(node =>
    nodes.filter(other => other !== node).map(other => [node, other] as const),
  )
  return firstOf(pairs, ([node, other]) => underlayRouteAstray(lab, node, other))
}
