import { text } from '../../harness/core/text.ts'
import { integrationBridgeName, type Plug, plugs } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { on } from '../nouns/phrases.ts'
import type { Route } from '../route/route.ts'

/** Two bridges, or a bridge and the physical network, that exchange every broadcast; by these ports. */
interface Joint {
  between: [string, string]
  node: string
  bridge: string
  ports: string[]
}

const OUTSIDE = 'physical network'
const TUNNELS = ['vxlan', 'gre', 'geneve', 'stt']
const name = (node: string, bridge: string) => `${node} ${bridge}`

/**
 * Bridges that only switch, joined in a ring: a broadcast goes round it for ever, and every frame that does teaches the bridges
 * that its sender is elsewhere. OVN's own bridge floods by its own rules, a spanning tree opens a ring, and so does a port
 * that was told not to flood.
 */
export async function ringOn(lab: Lab, { posts }: Pick<Route, 'posts'>): Promise<BrokenLink | undefined> {
  const nodes = [...new Set(posts.map(({ node }) => node))]
  const exits = posts.filter(({ kind, isTunnel }) => kind === 'exit' && !isTunnel)
  const parts = await Promise.all(nodes.map(async node => ({ node, own: await flooding(lab, node) })))
  const pairs = (await Promise.all(parts.map(({ node, own }) => within(lab, node, own)))).flat()
  const joints = [
    ...parts.flatMap(({ node, own }) => {
      // What leads into another bridge leads not out of the node.
      const inward = new Set(pairs.flatMap(pair => (pair.node === node ? pair.ports : [])))
      const links = exits.find(post => post.node === node)?.links ?? []
      return outward(
        node,
        own,
        links.filter(link => !inward.has(link)),
      )
    }),
    ...pairs,
    ...(await across(lab, parts)),
  ]
  const groups = new Map<string, string>()
  const groupOf = (one: string): string => {
    const next = groups.get(one)
    return next === undefined ? one : groupOf(next)
  }
  const closing = joints.find(({ between: [one, other] }) => {
    const [first, second] = [groupOf(one), groupOf(other)]
    if (first !== second) groups.set(first, second)
    return first === second
  })
  if (!closing) return undefined
  const { node, bridge, ports, between } = closing
  const where = `${node} · Open_vSwitch · Bridge · ports`
  return {
    where,
    saw: text(
      `${ports.join(' and ')} join ${between.join(' and ')}, which are joined in another way already: a broadcast goes round between them for ever`,
      `${ports.join(' 和 ')} 連接了 ${between.join(' 和 ')}，但這兩邊本來就有別的路相通：廣播會在裡面不停繞圈`,
    ),
    tryThis: on(node, `sudo ovs-vsctl list-ports ${bridge}`),
  }
}

/** The ports of a node's bridges that only switch, without those that do not flood. */
async function flooding(lab: Lab, node: string): Promise<Plug[]> {
  const ovs = await lab.ovs(node)
  const own = plugs(ovs).filter(
    ({ bridge }) =>
      bridge.name !== integrationBridgeName(ovs) &&
      bridge.fail_mode[0] !== 'secure' &&
      !bridge.stp_enable &&
      !bridge.rstp_enable,
  )
  const bridges = [...new Set(own.map(({ bridge }) => bridge.name))]
  const flags = Object.fromEntries(
    await Promise.all(
      bridges.map(async bridge => [bridge, await unlessBlind(lab.portFlags(node, bridge))] as const),
    ),
  )
  return own.filter(
    ({ bridge, port, iface }) =>
      port.interfaces.length === 1 && (flags[bridge.name]?.[String(iface.ofport[0])]?.length ?? 0) === 0,
  )
}

const outward = (node: string, own: Plug[], links: string[]): Joint[] =>
  own
    .filter(({ iface }) => links.includes(iface.name))
    .map(({ bridge, iface }) => ({
      between: [name(node, bridge.name), OUTSIDE],
      ...{ node, bridge: bridge.name, ports: [iface.name] },
    }))

/** Pairs of patch ports, and veth pairs with both ends in bridges. */
async function within(lab: Lab, node: string, own: Plug[]): Promise<Joint[]> {
  const { links } = await lab.kernel(node)
  const linkOf = ({ iface }: Plug) => links.find(link => link.name === iface.name)
  const isPair = (one: Plug, other: Plug): boolean => {
    if (one.iface.type === 'patch')
      return one.iface.options.peer === other.iface.name && other.iface.options.peer === one.iface.name
    const [link, peer] = [linkOf(one), linkOf(other)]
    return (
      link !== undefined &&
      peer !== undefined &&
      link.peerIndex === peer.index &&
      peer.peerIndex === link.index
    )
  }
  return own.flatMap((one, at) =>
    own.slice(at + 1).flatMap((other): Joint[] =>
      isPair(one, other)
        ? [
            {
              between: [name(node, one.bridge.name), name(node, other.bridge.name)],
              ...{ node, bridge: one.bridge.name, ports: [one.iface.name, other.iface.name] },
            },
          ]
        : [],
    ),
  )
}

/** Tunnels that somebody made between bridges of two nodes. */
async function across(lab: Lab, parts: { node: string; own: Plug[] }[]): Promise<Joint[]> {
  const ends = (
    await Promise.all(
      parts.map(async ({ node, own }) => {
        const { links } = await lab.kernel(node)
        const addresses = links.flatMap(link => link.addresses.map(({ address }) => address))
        const tunnels = own.filter(({ iface }) => TUNNELS.includes(iface.type))
        return tunnels.map(plug => ({ node, addresses, plug }))
      }),
    )
  ).flat()
  const leadsTo = (one: (typeof ends)[number], other: (typeof ends)[number]) =>
    other.addresses.includes(one.plug.iface.options.remote_ip ?? '')
  return ends.flatMap((one, at) =>
    ends.slice(at + 1).flatMap((other): Joint[] =>
      one.node !== other.node &&
      one.plug.iface.type === other.plug.iface.type &&
      leadsTo(one, other) &&
      leadsTo(other, one)
        ? [
            {
              between: [name(one.node, one.plug.bridge.name), name(other.node, other.plug.bridge.name)],
              ...{ node: one.node, bridge: one.plug.bridge.name },
              ports: [one.plug.iface.name, other.plug.iface.name],
            },
          ]
        : [],
    ),
  )
}
