import type { PingSeen, Traffic } from '../../harness/look/evidence.ts'
import { plugs } from '../../harness/look/integration-bridge.ts'
import { type Joint, jointsOf, switchesWith } from '../../harness/look/joints.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import { bridgeOf } from '../nouns/linux-bridge.ts'
import { bridgeBesideOvn } from './beside-ovn.ts'
import { exitBeside, exitOf, exitTowards } from './exits.ts'
import { gateMachine } from './gate-machine.ts'
import type { End } from './hop.ts'
import { onSwitchOf } from './on-switch.ts'
import { addressGivenBy, outwardOf, outwardRoute } from './outward.ts'
import { bridgePost, heardAt, heardInTunnel, type Post, plugPost, type Route } from './route.ts'
import { isNear, routedBetween } from './routed.ts'
import { echoStations } from './stations.ts'
import { isBalanced, isTakenByOvn, leavingBy } from './through-routers.ts'

/** The path of a packet between two ends, or out of the lab: the places it must pass, found by what the nodes have. */
export async function routeBetween(
  lab: Lab,
  from: End,
  to: End | undefined,
  address: string,
): Promise<Route> {
  const taken = await (to ? translatedOnTheWay(lab, from, to) : takenByOvn(lab, from, address))
  if (taken)
    return {
      from,
      to,
      address,
      posts: [plugPost(from)],
      routed: { from: { joints: taken } },
      isTakenByOvn: true,
    }
  const outward = to ? undefined : await outwardOf(lab, from, address)
  if (outward) {
    const nodes = outward.outer.node === from.node ? [] : [from.node, outward.outer.node]
    const [exit, ...tunnels] = await Promise.all([
      exitOf(lab, outward.outer.node, true),
      ...nodes.map(node => exitOf(lab, node, false)),
    ])
    return outwardRoute(from, address, outward, { exit: await exitTowards(lab, exit!, address), tunnels })
  }
  const gate = to ? undefined : await unlessBlind(gateMachine(lab, from, address))
  if (gate) {
    const way = await routeBetween(lab, from, gate, gate.address)
    return { ...way, to: undefined, address, gate }
  }
  const isOnOneNode = to?.node === from.node
  const nodes = isOnOneNode ? [] : [from.node, ...(to ? [to.node] : [])]
  const localnets = to && (await localnetsBeside(lab, from))
  const isOutward =
    to === undefined ||
    localnets?.length !== 0 ||
    (await bridgeBesideOvn(lab, from)) !== undefined ||
    (await bridgeBesideOvn(lab, to)) !== undefined
  const [routed, bridge, ...exits] = await Promise.all([
    routedBetween(lab, from, to),
    isOnOneNode ? bridgeBetween(lab, from, to) : undefined,
    ...nodes.map(node => exitFrom(lab, node, [from, ...(to ? [to] : [])], isOutward)),
  ])
  // OVN itself tags what leaves such a switch for the physical network, and takes the tag off on the other node (ovn-nb(5), tag).
  const isTagged = localnets?.some(({ tag }) => (tag[0] ?? 0) > 0)
  const tagged = exits.map(exit => ({ ...exit, ...(isTagged && { mayBeTagged: true as const }) }))
  const posts = [plugPost(from), ...(bridge ?? []), ...tagged, ...(to ? [plugPost(to)] : [])]
  return { from, to, address, posts, ...(routed && { routed }) }
}

/** Where the packets of these ends leave a node, or come in to it. */
async function exitFrom(lab: Lab, node: string, ends: End[], isOutward: boolean): Promise<Post> {
  const own = ends.find(end => end.node === node)
  const beside = own && (await bridgeBesideOvn(lab, own))
  return beside === undefined ? exitOf(lab, node, isOutward) : exitBeside(lab, node, beside)
}

/**
 * Where the end's switch is joined to routers, if what it sends to an address foreign to its subnet ends in OVN, or comes out of it
 * where a load balancer or NAT has chosen: which places those are, no row tells before.
 */
async function takenByOvn(lab: Lab, from: End, address: string): Promise<Joint[] | undefined> {
  if (lab.wires?.outside?.includes(address)) return undefined
  const northbound = await unlessBlind(lab.northbound())
  if (!northbound) return undefined
  const joints = jointsOf(northbound, switchesWith(northbound, from.logicalPort))
  // Of what is in its own subnet a host asks whoever has it: that is of OVN where a load balancer has it alone.
  const isTaken = isNear(from, address) ? isBalanced : isTakenByOvn
  return isTaken(northbound, joints, { host: from.address, foreign: address }) ? joints : undefined
}

/** The same where a router translates the sender's address on the way to an end of ours, who so does not see that it is the sender. */
async function translatedOnTheWay(lab: Lab, from: End, to: End): Promise<Joint[] | undefined> {
  if (isNear(from, to.address)) return undefined
  const [northbound, southbound] = await Promise.all([
    unlessBlind(lab.northbound()),
    unlessBlind(lab.southbound()),
  ])
  if (!northbound || !southbound) return undefined
  const here = switchesWith(northbound, from.logicalPort)
  // On one switch its kernel may well know a way that needs no router, as to a metadata server.
  if (switchesWith(northbound, to.logicalPort).some(one => here.includes(one))) return undefined
  const joints = jointsOf(northbound, here)
  const isTranslated = joints.some(({ router, port }) => {
    const leaving =
      router &&
      leavingBy(northbound, southbound, { router, port }, { host: from.address, foreign: to.address })
    return leaving?.routers.some(one => addressGivenBy(northbound, one, from.address) !== undefined)
  })
  return isTranslated ? joints : undefined
}

/** The Linux bridge that holds the plugs of both ends, where Open vSwitch has neither of them. */
async function bridgeBetween(lab: Lab, from: End, to: End): Promise<Post[]> {
  const [facts, ovs] = await Promise.all([lab.kernel(from.node), lab.ovs(from.node)])
  const isSwitched = plugs(ovs).some(({ iface }) => [from.plug, to.plug].includes(iface.name))
  const [one, other] = [from, to].map(({ plug }) => bridgeOf(facts, plug)?.name)
  return !isSwitched && one !== undefined && one === other ? [bridgePost(from.node, one)] : []
}

/** By which ports the logical switch of the end leads to physical networks (ovn-nb(5), type localnet); undefined where nobody could look. */
const localnetsBeside = async (lab: Lab, from: End): Promise<LogicalSwitchPort[] | undefined> =>
  (await unlessBlind(onSwitchOf(lab, { from, to: undefined })))?.filter(({ type }) => type === 'localnet')

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
  if (exits.length < 2 || !exits.every(isTunnelled)) return route
  const posts = route.posts.map(post => (post.kind === 'exit' ? tunnel(post) : post))
  return { ...route, posts, isElsewhere: true }
}
