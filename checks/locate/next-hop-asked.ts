import type { TracePacket, TraceSeen } from '../../harness/look/evidence.ts'
import { integrationBridgeName } from '../../harness/look/integration-bridge.ts'
import { ROUTER_PORT, routersWith } from '../../harness/look/joints.ts'
import type { Lab, Northbound } from '../../harness/look/lab.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { meddled } from '../heard/changed-underway.ts'
import { type Gate, gateAt } from '../heard/gate.ts'
import { logicalEnd } from '../heard/logical-end.ts'
import type { Outward } from '../route/outward.ts'
import type { Break } from '../route/place.ts'
import type { Route } from '../route/route.ts'
import { portsNear, routesFor } from '../state/has-way-out.ts'

/**
 * A router that does not know the MAC of the next hop keeps the packet and asks by ARP (ovn-northd(8), lr_in_arp_request).
 * Where nobody heard the question leave, it is traced as ovn-controller sends it: from the router's port into its switch, on
 * the node of the outer port, and so is the answer. Undefined where the MAC is known, or both would get through.
 */
export async function questionLost(
  lab: Lab,
  route: Route,
  { steps }: TraceSeen,
  { packet, ...broken }: Break,
): Promise<BrokenLink | undefined> {
  const { outward, posts, to } = route
  const exit = posts.at(-1)
  if (!outward || to || !exit || packet.kind.startsWith('arp')) return undefined
  const northbound = await lab.northbound()
  const asked = await question(lab, northbound, route, outward)
  if (!asked) return undefined
  const { node, address } = outward.outer
  const ovs = await lab.ovs(node)
  const bridge = integrationBridgeName(ovs)
  const [traced] = await lab.traces(node, [
    asksFor({ bridge, steps, from: asked.from, mac: outward.mac, address, hop: asked.hop }),
  ])
  const gate = await gateAt(lab, route, exit)
  const isOut = traced && gate.isReachedBy(traced)
  const lost = isOut === false ? traced : isOut && (await answerLost(lab, outward, gate, asked.hop))
  if (!lost) return undefined
  const [source, destination] = lost === traced ? [address, asked.hop] : [asked.hop, address]
  const kind = lost === traced ? 'arp-request' : 'arp-reply'
  const arp: Break = { ...broken, packet: { kind, source, destination, token: packet.token } }
  return (await logicalEnd(lab, route, node, ovs, lost, arp)) ?? meddled(node, bridge, lost)
}

/** A router's question for a MAC address, as ovn-controller sends it into the switch that the router's port leads to. */
export function asksFor({
  bridge,
  steps,
  from,
  mac,
  address,
  hop,
}: {
  bridge: string
  /** Of a packet that was traced there: behind table 0, which tells ports apart, the first pipeline begins. */
  steps: TraceSeen['steps']
  from: string
  mac: string
  address: string
  hop: string
}): TracePacket {
  const pipeline = steps.find(step => step.bridge === bridge && step.table > 0)?.table
  return {
    bridge,
    flow: `in_port=CONTROLLER,${from},dl_src=${mac},dl_dst=ff:ff:ff:ff:ff:ff,arp,arp_op=1,arp_spa=${address},arp_tpa=${hop},arp_sha=${mac}`,
    begins: `resubmit(,${pipeline ?? FIRST_PIPELINE})`,
  }
}

/** The port of the switch that a router's port leads to, as packets come in by it. */
export async function inportOf(
  lab: Lab,
  northbound: Northbound,
  routerPort: string,
): Promise<string | undefined> {
  const { bindings, datapaths } = await lab.southbound()
  const peer = northbound.ports.find(({ options }) => options[ROUTER_PORT] === routerPort)
  const binding = bindings.find(({ logical_port }) => logical_port === peer?.name)
  const datapath = datapaths.find(({ _uuid }) => _uuid === binding?.datapath)
  return binding && datapath && `metadata=${datapath.tunnel_key},reg14=${binding.tunnel_key}`
}

/** The answer of the next hop, traced as it comes in by the link; undefined where nobody answers, or the router is told of it. */
async function answerLost(
  lab: Lab,
  { outer, mac }: Outward,
  { plug }: Gate,
  hop: string,
): Promise<TraceSeen | undefined> {
  const [port] = plug?.iface.ofport ?? []
  const link = (await lab.kernel(outer.node)).links.find(({ name }) => name === plug?.iface.name)
  if (!plug || !link || port === undefined) return undefined
  const { macs } = await lab.arpProbe(outer.node, { index: link.index, mac: link.mac, address: hop })
  if (macs[0] === undefined) return undefined
  const flow = `in_port=${port},dl_src=${macs[0]},dl_dst=${mac},arp,arp_op=2,arp_spa=${hop},arp_tpa=${outer.address},arp_sha=${macs[0]},arp_tha=${mac}`
  const [traced] = await lab.traces(outer.node, [{ bridge: plug.bridge.name, flow }])
  return traced && isTold(traced) ? undefined : traced
}

/** An answer gets to ovn-controller, which writes down what was learnt (ovn-controller(8), put_arp). */
export const isTold = ({ steps }: TraceSeen): boolean =>
  steps.some(({ actions }) => actions.some(action => action.startsWith('controller')))

/** OFTABLE_LOG_INGRESS_PIPELINE of OVN's lflow.h. */
const FIRST_PIPELINE = 8

/** The next hop whose MAC the router does not know, and the port of the switch that its question comes in by. */
async function question(
  lab: Lab,
  northbound: Northbound,
  { from, address }: Route,
  { outer }: Outward,
): Promise<{ hop: string; from: string } | undefined> {
  const { macBindings } = await lab.southbound()
  const [joint] = routersWith(northbound, outer.address)
  if (!joint) return undefined
  const { router, port } = joint
  const isNear = portsNear(northbound, router, address).some(({ _uuid }) => _uuid === port._uuid)
  const [taken] = isNear ? [] : routesFor(northbound, router, { host: from.address, foreign: address })
  const hop = isNear ? address : taken?.nexthop
  if (
    hop === undefined ||
    macBindings.some(({ logical_port, ip }) => logical_port === port.name && ip === hop)
  )
    return undefined
  const inport = await inportOf(lab, northbound, port.name)
  return inport === undefined ? undefined : { hop, from: inport }
}
