import { GENEVE_PORT } from '../../harness/capture/decode.ts'
import { text } from '../../harness/core/text.ts'
import type { TraceSeen } from '../../harness/look/evidence.ts'
import { holdersOf } from '../../harness/look/holding.ts'
import { chassisSetting, integrationBridgeName, plugs } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { NO_FLOW, noFlow } from '../diagnosis/bridge-ports.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { whatDrops } from '../diagnosis/nft-verdict.ts'
import { takenByAnother, tunnelAstray } from '../diagnosis/tunnel.ts'
import { tunnelPortsApart } from '../diagnosis/tunnel-ports-apart.ts'
import { addressOnPort } from '../diagnosis/underlay-bridge.ts'
import { underlayRouteAstray } from '../diagnosis/underlay-route.ts'
import { underlayApart, underlayTagged } from '../diagnosis/underlay-silent.ts'
import type { Break, Place } from '../heard/bracket.ts'
import { type Gate, headFor, isUserspace } from '../heard/gate.ts'
import { foreignFlow } from '../heard/logical-end.ts'
import { firstOf } from '../nouns/first-of.ts'
import { localnetPortsOf } from '../nouns/localnet-ports.ts'
import { on } from '../nouns/phrases.ts'
import type { Wanted } from '../nouns/wanted.ts'
import { reachesPort } from '../route/reaches-port.ts'
import type { Post, Route } from '../route/route.ts'
import { AROUND_BYTES, type TunnelHead } from '../route/tunnel-head.ts'
import { isByHand } from './bridge-oddity.ts'
import { heldAt } from './device.ts'
import { learntElsewhere } from './learnt-elsewhere.ts'
import { misaddressed } from './misaddressed.ts'
import { ovnState } from './ovn-state.ts'
import { tunnelRouteAstray } from './tunnel-route.ts'

/** Where a packet was lost that had to enter a tunnel, or to come out of one. */
export interface TunnelCrossing {
  place: Extract<Place, { kind: 'bridge' }>
  gates: { enters: Gate; leaves: Gate }
  trace: TraceSeen | undefined
  /** The trace comes out where the packet should have. */
  passes: boolean | undefined
  broken: Break
}

/** The packet that carries another one in a tunnel, as filters and links between the nodes see it. */
export const outerOf = (packet: Wanted, { outerSource, outerDestination }: TunnelHead): Wanted => ({
  ...packet,
  source: outerSource,
  destination: outerDestination,
  udpPort: GENEVE_PORT,
  aroundBytes: AROUND_BYTES,
})

/** What kept a packet from entering the tunnel to another node, or from coming out of it. */
export async function inTunnel(
  lab: Lab,
  route: Route,
  crossing: TunnelCrossing,
): Promise<BrokenLink | undefined> {
  const { place, gates, trace, passes, broken } = crossing
  const { node, enters, leaves } = place
  const out = gates.leaves.peer
  const inside = gates.enters.peer
  const head = inside ? broken.frame?.geneve : out && trace && headFor(trace, out.addresses)
  const outer = head && outerOf(broken.packet, head)
  const remote = gates.leaves.plug?.iface.options.remote_ip
  const suspects: (() => BrokenLink | undefined | Promise<BrokenLink | undefined>)[] = [
    () => (out && passes !== true ? localnetInstead(lab, route, node, trace) : undefined),
    () =>
      firstOf([inside?.node, node, out?.node], each =>
        each === undefined ? undefined : unlessBlind(addressOnPort(lab, each)),
      ),
    () => (out && passes !== true ? tunnelAstray(lab, node, out.node) : undefined),
    () => (out && passes !== true ? ovnState(lab, route, out.node) : undefined),
    () => (out && outer && passes === true ? onUnderlay(lab, node, leaves, outer, 'out') : undefined),
    () => (out ? underlayRouteAstray(lab, node, out.node) : undefined),
    () => (out && passes !== true ? tunnelRouteAstray(lab, node, remote, trace, broken) : undefined),
    () => (out && passes !== true ? peerUnknown(lab, crossing) : undefined),
    () => (inside && !gates.enters.plug ? tunnelAstray(lab, node, inside.node) : undefined),
    () => (inside && passes !== false ? underlayTagged(lab, inside.node, node) : undefined),
    () => (inside ? misaddressed(lab, route, { from: inside.node, to: node }, broken) : undefined),
    () => (inside && outer && passes !== false ? onUnderlay(lab, node, enters, outer, 'in') : undefined),
    () => (inside && outer && passes !== false ? takenByAnother(lab, node, outer) : undefined),
    () => (inside && outer && passes !== false ? unpopped(lab, node, enters, inside.node, outer) : undefined),
    () => (inside ? underlayRouteAstray(lab, inside.node, node) : undefined),
    () =>
      firstOf([inside?.node, out?.node], async peer =>
        peer === undefined ? undefined : tunnelPortsApart(lab, node, peer),
      ),
    () => (out && passes !== true ? underlayApart(lab, node, out.node) : undefined),
    () => (out && passes !== true && hasMissed(trace) ? peerSilent(node, out.node, remote) : undefined),
  ]
  return firstOf(suspects, suspect => suspect())
}

/** What holds the packets of a tunnel at a link of the underlay, or in the node's own stack, which the kernel's tunnels go through. */
export async function onUnderlay(
  lab: Lab,
  node: string,
  { links }: Post,
  outer: Wanted,
  way: 'in' | 'out',
): Promise<BrokenLink | undefined> {
  const held = await firstOf(links, name => heldAt(lab, { node, name, way }, outer))
  // What is known of these mistakes at other links is otherwise repaired here.
  if (held?.cause === 'netns-nftables') return { ...held, cause: 'tunnel-filtered' }
  if (held) return held.cause === 'link-down' ? { ...held, cause: 'underlay-down' } : held
  const { datapath } = await lab.kernel(node)
  if (isUserspace(datapath)) return undefined
  const peer = way === 'out' ? outer.destination : outer.source
  const stack = await unlessBlind(lab.stack(node, undefined, [{ to: peer }]))
  const device = stack?.routes[0]?.device
  const rule = device === undefined ? undefined : whatDrops(stack!.chains, { packet: outer, device, way })
  if (!rule) return undefined
  return {
    where: `${node} · nftables`,
    saw: text(
      `a packet filter of ${node} drops Geneve (UDP port ${GENEVE_PORT}): ${rule}`,
      `${node} 的封包過濾規則丟棄了 Geneve（UDP 埠 ${GENEVE_PORT}）：${rule}`,
    ),
    tryThis: on(node, 'sudo nft list ruleset'),
    cause: 'tunnel-filtered',
  }
}

/** The switch has a localnet port, and this node leads it to a physical network: then OVN takes the tunnel no more. */
async function localnetInstead(
  lab: Lab,
  { from, to }: Route,
  node: string,
  trace: TraceSeen | undefined,
): Promise<BrokenLink | undefined> {
  const ovs = await lab.ovs(node)
  const last = trace?.bridges.at(-1)
  if (last === undefined || last === integrationBridgeName(ovs)) return undefined
  const northbound = await unlessBlind(lab.northbound())
  const ends = [from, to].map(end => end?.logicalPort)
  const { switches = [], ports = [] } = northbound ?? {}
  const [own] = holdersOf(switches, ...ports.filter(({ name }) => ends.includes(name)))
  const [localnet] = localnetPortsOf(ports, own)
  if (!own || !localnet) return undefined
  return {
    where: 'OVN_Northbound · Logical_Switch · ports',
    saw: text(
      `${own.name} has the localnet port ${localnet.name}, and ${node} maps its network: OVN sends the packets through ${last}, not through the tunnel`,
      `${own.name} 有 localnet port ${localnet.name}，${node} 也有它的 mapping：OVN 把封包從 ${last} 送出去，不走 tunnel`,
    ),
    tryThis: 'sudo ovn-nbctl show',
    cause: 'localnet-instead',
  }
}

/** What comes in by the link of the underlay for the node's own address of the tunnel. */
interface Incoming {
  node: string
  links: string[]
  peer: string
  own: string
  remote: string
}

/** Where a bridge of Open vSwitch holds the link, its flows must bring the packet of the tunnel to where it is unwrapped. */
const unpopped = (lab: Lab, node: string, { links }: Post, peer: string, outer: Wanted) =>
  keptFromStack(lab, { node, links, peer, own: outer.destination, remote: outer.source }, (from, to) => ({
    flow: `dl_src=${from},dl_dst=${to},udp,nw_src=${outer.source},nw_dst=${outer.destination},nw_ttl=64,udp_src=30000,udp_dst=${outer.udpPort}`,
    isThere: trace => trace.datapathActions.includes('tnl_pop('),
  }))

/** The userspace datapath did not know where the other node is (tunnel_send_arp_req() of ofproto-dpif-xlate.c). */
const hasMissed = (trace: TraceSeen | undefined): boolean =>
  trace?.steps.some(({ notes }) => notes.some(note => /neighbor cache miss/.test(note))) ?? false

/** Nothing explains why nobody answers its question; that it asks is a fact. */
const peerSilent = (node: string, peer: string, remote: string | undefined): BrokenLink => ({
  where: `${node} · tnl/neigh`,
  saw: text(
    `Open vSwitch on ${node} asks by ARP for the MAC address of ${remote}, the tunnel address of ${peer}, and gets no answer, so it sends nothing through the tunnel`,
    `${node} 的 Open vSwitch 以 ARP 詢問 ${remote}（${peer} 的 tunnel 位址）的 MAC 位址，卻沒有收到回應，所以不會從 tunnel 送出任何封包`,
  ),
  tryThis: on(node, 'sudo ovs-appctl tnl/neigh/show'),
  cause: 'underlay-silent',
})

/**
 * The userspace datapath asks by ARP where the other node is, and keeps the packet meanwhile (tunnel_send_arp_req() of
 * ofproto-dpif-xlate.c): the answer must get to the node's own stack.
 */
async function peerUnknown(
  lab: Lab,
  { place, gates, trace }: TunnelCrossing,
): Promise<BrokenLink | undefined> {
  const { node, leaves } = place
  const remote = gates.leaves.plug?.iface.options.remote_ip
  const own = chassisSetting(await lab.ovs(node), 'ovn-encap-ip')
  if (!gates.leaves.peer || remote === undefined || own === undefined) return undefined
  if (!hasMissed(trace)) return undefined
  const incoming = { node, links: leaves.links, peer: gates.leaves.peer.node, own, remote }
  return keptFromStack(lab, incoming, (from, to) => ({
    flow: `dl_src=${from},dl_dst=${to},arp,arp_op=2,arp_spa=${remote},arp_tpa=${own},arp_sha=${from},arp_tha=${to}`,
    isThere: () => false,
  }))
}

/** What the bridge of the link does with a packet that is for the node itself, if it does not bring it there. */
async function keptFromStack(
  lab: Lab,
  { node, links, peer, own, remote }: Incoming,
  packet: (from: string, to: string) => { flow: string; isThere: (trace: TraceSeen) => boolean },
): Promise<BrokenLink | undefined> {
  const [ovs, facts, there] = await Promise.all([
    lab.ovs(node),
    lab.kernel(node),
    unlessBlind(lab.kernel(peer)),
  ])
  const plug = plugs(ovs).find(({ iface }) => links.includes(iface.name))
  const [port] = plug?.iface.ofport ?? []
  // What is in the integration bridge is OVN's, and that its flows drop it is no wonder.
  if (!plug || port === undefined || plug.bridge.name === integrationBridgeName(ovs)) return undefined
  const macOf = (has: (typeof facts)['links'], address: string) =>
    has.find(({ addresses }) => addresses.some(one => one.address === address))?.mac
  const [from, to] = [macOf(there?.links ?? [], remote), macOf(facts.links, own)]
  if (from === undefined || to === undefined) return undefined
  const { flow, isThere } = packet(from, to)
  const bridge = plug.bridge.name
  const [trace] = (await unlessBlind(lab.traces(node, [{ bridge, flow: `in_port=${port},${flow}` }]))) ?? []
  if (!trace || trace.datapathActions === '' || isThere(trace)) return undefined
  if (reachesPort(trace, facts.datapath ?? [], [bridge]) !== false) return undefined
  const step = trace.steps.at(-1)
  if (step?.flow === NO_FLOW) return noFlow(node, plug.bridge)
  // A bridge that only switches did what it has learnt.
  return (
    (await learntElsewhere(lab, node, step?.notes ?? [], bridge, undefined)) ??
    (step && isByHand(step) ? foreignFlow(node, step) : undefined)
  )
}
