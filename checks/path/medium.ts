import { isInPrefix } from '../../harness/core/prefix.ts'
import type { Link, PingSeen, Traffic } from '../../harness/look/evidence.ts'
import type { Lab, OvsDatabase } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { chassisSetting, integrationBridgeName, plugs } from '../nouns/integration-bridge.ts'
import type { End } from './hop.ts'
import { onSwitchOf } from './on-switch.ts'
import { heardAt, heardInTunnel, type Post, plugPost, type Route } from './route.ts'
import { routedBetween } from './routed.ts'
import { echoStations } from './stations.ts'

/** The path of a packet between two ends, or out of the lab: the places it must pass, found by what the nodes have. */
export async function routeBetween(
  lab: Lab,
  from: End,
  to: End | undefined,
  address: string,
): Promise<Route> {
  const isOnOneNode = to?.node === from.node
  const nodes = isOnOneNode ? [] : [from.node, ...(to ? [to.node] : [])]
  const isOutward = to === undefined || (await hasLocalnet(lab, from))
  const [routed, ...exits] = await Promise.all([
    routedBetween(lab, from, to),
    ...nodes.map(node => exitOf(lab, node, isOutward)),
  ])
  const posts = [plugPost(from), ...exits, ...(to ? [plugPost(to)] : [])]
  return { from, to, address, posts, ...(routed && { routed }) }
}

/** The logical switch of the end leads to a physical network (ovn-nb(5), type localnet), as far as is known. */
const hasLocalnet = async (lab: Lab, from: End): Promise<boolean> =>
  (await unlessBlind(onSwitchOf(lab, { from, to: undefined })))?.some(({ type }) => type === 'localnet') ??
  true

async function exitOf(lab: Lab, node: string, isOutward: boolean): Promise<Post> {
  const ovs = await lab.ovs(node)
  const underlay = await underlayOf(lab, node, ovs)
  const physical = physicalOf(ovs, underlay)
  const post = { id: `exit ${node}`, kind: 'exit' as const, node }
  return isOutward && physical.length > 0
    ? { ...post, links: physical, underlay }
    : { ...post, links: underlay, underlay: [], isTunnel: true as const }
}

/** The path as its packets went: under the address its end speaks by, and through the tunnel where they crossed that. */
export const asHeard = (route: Route, traffic: Traffic, ping: PingSeen): Route =>
  inTunnel(asSpoken(route, traffic, ping), traffic, ping)

/** An end may have several addresses of its own, and speak under another one than it was told by (ip-route(8), src). */
export function asSpoken(route: Route, { captures }: Traffic, { token }: Pick<PingSeen, 'token'>): Route {
  const { from, posts } = route
  const [plug] = posts
  const sources = captures
    .filter(({ node, link }) => node === plug?.node && plug.links.includes(link))
    .flatMap(seen => ('heard' in seen ? seen.heard : []))
    .filter(packet => packet.token === token && packet.icmp === 'echo-request')
    .map(({ source }) => source)
  const spoken = sources.find(source => from.speaksBy?.includes(source))
  return spoken === undefined || sources.includes(from.address)
    ? route
    : { ...route, from: { ...from, address: spoken, toldAddress: from.address } }
}

/**
 * The path as its packets took it: what was answered and crossed each node's tunnel instead of the physical network went
 * through the tunnel, whatever was to be expected.
 */
function inTunnel(route: Route, traffic: Traffic, { token, received }: PingSeen): Route {
  const [request] = echoStations(route, traffic, token)
  if (received === 0 || !request) return route
  const isTunnelled = (post: Post) =>
    post.underlay.length > 0 &&
    heardAt(traffic, post, request.wanted).count === 0 &&
    heardInTunnel(traffic, post, request.wanted).count > 0
  const tunnel = (post: Post): Post => ({ ...post, links: post.underlay, underlay: [], isTunnel: true })
  const exits = route.posts.filter(({ kind }) => kind === 'exit')
  return exits.length > 1 && exits.every(isTunnelled)
    ? { ...route, posts: route.posts.map(post => (post.kind === 'exit' ? tunnel(post) : post)) }
    : route
}

/**
 * The kernel's links that lead a node's packets out: those in a bridge that Open vSwitch has joined to the integration bridge,
 * whatever a key says that OVN has not taken up yet; where none is joined, those in a mapped bridge, else in any.
 */
function physicalOf(ovs: OvsDatabase, underlay: string[]): string[] {
  const links = plugs(ovs).filter(
    ({ bridge, iface }) =>
      bridge.name !== integrationBridgeName(ovs) &&
      iface.type === '' &&
      iface.external_ids['iface-id'] === undefined,
  )
  const joined = joinedTo(ovs, integrationBridgeName(ovs))
  const patched = links.filter(({ bridge }) => joined.has(bridge.name))
  const beside = links.filter(({ iface }) => !underlay.includes(iface.name))
  const mapped = (chassisSetting(ovs, 'ovn-bridge-mappings') ?? '')
    .split(',')
    .map(pair => pair.split(':').at(-1)!.trim())
  const meant = beside.filter(({ bridge }) => mapped.includes(bridge.name))
  return [patched, meant, beside].find(found => found.length > 0)?.map(({ iface }) => iface.name) ?? []
}

/** The bridges that patch ports lead to from a bridge, over others too. */
function joinedTo(ovs: OvsDatabase, start: string): Set<string> {
  const patches = plugs(ovs).filter(({ iface }) => iface.type === 'patch')
  const joined = new Set([start])
  for (const bridge of joined)
    for (const { iface } of patches.filter(one => one.bridge.name === bridge)) {
      const peer = patches.find(one => one.iface.name === iface.options.peer)
      if (peer?.iface.options.peer === iface.name) joined.add(peer.bridge.name)
    }
  return joined
}

/**
 * The links that carry the node's tunnels: the one with its address, or what is in the bridge that has it. Where none has
 * the address that the node announces, it is the one that the other nodes' addresses are reached by.
 */
async function underlayOf(lab: Lab, node: string, ovs: OvsDatabase): Promise<string[]> {
  const { links } = await lab.kernel(node)
  const announced = encapIps(ovs)
  const meant = links.filter(link => link.addresses.some(({ address }) => announced.includes(address)))
  const others = lab.nodes.filter(name => name !== node)
  const peers = meant.length > 0 ? [] : await Promise.all(others.map(name => unlessBlind(lab.ovs(name))))
  const near = peers.flatMap(peer => (peer ? encapIps(peer) : []))
  const isNear = ({ addresses }: Link) =>
    addresses.some(({ address, prefixLength }) =>
      near.some(ip => isInPrefix(ip, `${address}/${prefixLength}`)),
    )
  const own = meant.length > 0 ? meant : links.filter(isNear)
  const all = plugs(ovs)
  return own.flatMap(({ name }) => {
    const inBridge = all.filter(({ bridge, iface }) => bridge.name === name && iface.type === '')
    return inBridge.length > 0 ? inBridge.map(({ iface }) => iface.name) : [name]
  })
}

const encapIps = (ovs: OvsDatabase): string[] =>
  (chassisSetting(ovs, 'ovn-encap-ip') ?? '').split(',').map(one => one.trim())
