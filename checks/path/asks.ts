import { isIPv6 } from 'node:net'
import { isInPrefix } from '../../harness/core/prefix.ts'
import type { HeardPacket, Traffic } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { isWrittenByHand } from '../../harness/look/stack.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Break } from '../heard/bracket.ts'
import { gateAt, headFor, isUserspace } from '../heard/gate.ts'
import { ofNoRow } from '../heard/logical-end.ts'
import { packetToTrace } from '../heard/packet.ts'
import { sentBackBy } from '../heard/sent-back.ts'
import { toldByHand } from '../heard/told-by-hand.ts'
import { bridgeKeepsQuestion } from '../locate/bridge-asked.ts'
import { filterAt } from '../locate/device.ts'
import { knownImpostor } from '../locate/impostor.ts'
import { inBridge } from '../locate/in-bridge.ts'
import { filterOf } from '../locate/stack-rules.ts'
import { teller, toldBy } from '../locate/teller.ts'
import { asksNobody, surelyDrops, unanswered } from '../locate/unanswered.ts'
import { EVERYBODY } from '../nouns/arp.ts'
import { firstOf } from '../nouns/first-of.ts'
import { andThen } from '../nouns/phrases.ts'
import type { Wanted } from '../nouns/wanted.ts'
import { type Ask, gatewayAsks } from '../route/gateway-asks.ts'
import type { End } from '../route/hop.ts'
import type { Route } from '../route/route.ts'
import { endsInOvn } from '../route/routers-own.ts'
import { askStations, echoStations, type Station } from '../route/stations.ts'
import type { TunnelHead } from '../route/tunnel-head.ts'
import { rememberedOutside, WHILE_REMEMBERED } from './asked-outside.ts'

/**
 * A ping is answered as long as its ends remember each other's MAC address, for half a minute or so; then they have to ask
 * again. What would keep the question or its answer from getting there breaks the path as well, though nothing was lost yet. No
 * question is sent, for it would change the tables that are judged: rules are read, and packets traced. A look that fails says nothing.
 */
export const unaskable = (
  lab: Lab,
  route: Route,
  traffic: Traffic,
  token: string,
): Promise<BrokenLink | undefined> => {
  const mac = echoStations(route, traffic, token)
    .filter(({ direction }) => direction === 'reply')
    .flatMap(({ heard }) => heard.frames)
    .at(0)?.sourceMac
  const { from, to, address, posts } = route
  if (route.routed)
    return firstOf(
      [
        ...gatewayAsks(route, traffic, token).map(ask => () => remembered(lab, ask, traffic, token)),
        () => rememberedOutside(lab, route, token),
      ],
      ask => ask(),
    )
  const asks: Ask[] = [
    { end: from, peer: { address, mac }, route },
    ...(to
      ? [
          {
            end: to,
            peer: from,
            wasAsked: true as const,
            route: { from: to, to: from, address: from.address, posts: [...posts].reverse() },
          },
        ]
      : []),
  ]
  return firstOf(asks, ask => remembered(lab, ask, traffic, token))
}

const remembered = async (lab: Lab, { wasAsked, ...ask }: Ask, traffic: Traffic, token: string) => {
  const asked = wasAsked ? { ...ask, wasAsked } : ask
  const found = await unlessBlind(unasked(lab, asked, traffic, token))
  // Whom the one it knew does not answer, the kernel asks everybody (arp(7), mcast_solicit), and OVN may answer that.
  if (!found || (wasAsked && !(await unlessBlind(unasked(lab, ask, traffic, token))))) return undefined
  return { ...found, saw: andThen(WHILE_REMEMBERED, found.saw) }
}

async function unasked(
  lab: Lab,
  { end, peer, route, wasAsked }: Ask,
  traffic: Traffic,
  token: string,
): Promise<BrokenLink | undefined> {
  // In IPv6 it is a program of OVN that answers, and a trace ends before that. Beyond the own network it is the router that is asked for.
  const isNear = !isIPv6(peer.address) && isInPrefix(peer.address, `${end.address}/${end.prefixLength}`)
  if (peer.mac === undefined || !isNear) return undefined
  const facts = await unlessBlind(lab.arp(end.node, end.netns))
  const known = facts?.neighbours.find(one => one.address === peer.address && one.device === end.device)
  // What is written down is never asked for.
  if (known && isWrittenByHand(known)) return undefined
  const silent = asksNobody(end, facts, wasAsked === true)
  if (silent) return silent
  const question: Wanted = {
    kind: 'arp-request',
    source: end.address,
    destination: peer.address,
    token,
    ...(wasAsked && { isUnicast: wasAsked }),
  }
  const answer: Wanted = {
    ...question,
    kind: 'arp-reply',
    source: peer.address,
    destination: end.address,
  }
  const rule = surelyDrops(facts, end.device, question, 'out') ?? surelyDrops(facts, end.device, answer, 'in')
  if (rule) return filterOf(end, rule)
  const asked = { end, peer, ...(wasAsked && { wasAsked }) }
  const kept = await unlessBlind(bridgeKeepsQuestion(lab, route, asked, question))
  if (kept) return kept
  const lost = await unlessBlind(
    lostInFlows(lab, { ...asked, peer: { ...peer, mac: peer.mac }, route }, traffic, token),
  )
  if (lost) return lost === 'answered' ? undefined : lost
  const { to } = route
  return to && unanswered(to, await unlessBlind(lab.arp(to.node, to.netns)), question, answer)
}

/** A packet filter at a link by which the packet comes in to the bridges of a node, or leaves them. */
async function filteredAt(
  lab: Lab,
  { post, wanted }: Station,
  next: Station,
): Promise<BrokenLink | undefined> {
  const { node } = post
  const facts = await unlessBlind(lab.arp(node, undefined))
  // The userspace datapath takes what comes in before any packet filter of the kernel does (packet(7)).
  const isTakenFirst = isUserspace((await unlessBlind(lab.kernel(node)))?.datapath)
  const links = [
    ...(post.isTunnel || isTakenFirst ? [] : post.links.map(name => ({ name, way: 'in' as const }))),
    ...(next.post.isTunnel ? [] : next.post.links.map(name => ({ name, way: 'out' as const }))),
  ]
  for (const { name, way } of links) {
    const rule = surelyDrops(facts, name, wanted, way)
    if (rule) return filterAt(node, name, rule)
  }
  return undefined
}

/** The question, and unless OVN answers it at once its way to the peer and the answer's way back, through each node's flows. */
async function lostInFlows(
  lab: Lab,
  { end, peer, route, wasAsked }: Ask & { peer: { mac: string } },
  traffic: Traffic,
  token: string,
): Promise<BrokenLink | 'answered' | undefined> {
  const stations = askStations(traffic, token, end.address, peer.address, route.posts, wasAsked)
  let head: TunnelHead | undefined
  for (const [at, station] of stations.entries()) {
    const next = stations[at + 1]
    const isOvns = endsInOvn(route) && at === 0
    if (!next || (next.direction !== station.direction && !isOvns) || next.post.node !== station.post.node)
      continue
    const closed = await filteredAt(lab, station, next)
    if (closed) return closed
    const around = station.post.isTunnel ? head : undefined
    // Who does not know how it comes in cannot say what becomes of it.
    if (station.post.isTunnel && !around) return undefined
    const broken: Break = {
      place: { kind: 'bridge', node: station.post.node, enters: station.post, leaves: next.post },
      packet: station.wanted,
      before: 1,
      behind: 0,
      frame: {
        ...frameOf(station, { end, peer, isUnicast: wasAsked === true }, tagAt(station, traffic, token)),
        ...(around && { geneve: around }),
      },
    }
    const found = await crossing(
      lab,
      route,
      station,
      next,
      broken,
      station.wanted.kind === 'arp-request' ? peer.mac : undefined,
    )
    if (found === 'answered') return found
    if (found && 'where' in found) return found
    head = found?.head
  }
  return undefined
}

/** The tag that the packets of the ping bore at a place, whichever way they went. */
const tagAt = ({ post }: Station, { captures }: Traffic, token: string): number | undefined =>
  captures
    .flatMap(seen =>
      'heard' in seen && seen.node === post.node && post.links.includes(seen.link) ? seen.heard : [],
    )
    .find(packet => packet.token === token)?.vlan

/** The frame of an ARP packet, tagged as the packets of the ping were at the same place. */
const frameOf = (
  { wanted }: Station,
  { end, peer, isUnicast }: { end: End; peer: { mac: string }; isUnicast: boolean },
  vlan: number | undefined,
): HeardPacket => ({
  ...{ token: '', icmp: 'echo-request', count: 1, firstMs: 0 },
  ...{ source: wanted.source, destination: wanted.destination },
  ...(wanted.kind === 'arp-request'
    ? { sourceMac: end.mac, destinationMac: isUnicast ? peer.mac : EVERYBODY }
    : { sourceMac: peer.mac, destinationMac: end.mac }),
  ...(vlan !== undefined && { vlan }),
})

/** What becomes of an ARP packet in a node's bridges: passed on, in a tunnel or not, answered by OVN there and then, or lost. */
async function crossing(
  lab: Lab,
  route: Route,
  { post, post: { node }, wanted }: Station,
  next: Station,
  broken: Break,
  owner: string | undefined,
): Promise<BrokenLink | 'answered' | { head: TunnelHead | undefined } | undefined> {
  const [enters, leaves] = await Promise.all([
    gateAt(lab, route, post, broken.frame?.geneve),
    gateAt(lab, route, next.post),
  ])
  const packet = enters.plug && packetToTrace(route, enters.plug, broken)
  if (!packet) return undefined
  // OVN may be about to replace what was traced: only what is lost twice is lost.
  for (const again of [false, true]) {
    const [trace] = await lab.traces(node, [packet], { again })
    if (!trace) return undefined
    const told = owner === undefined ? undefined : toldBy(trace)
    // An answer goes back to where the question came from.
    const isSentBack =
      told === undefined && post.kind === 'exit' && !post.isTunnel && enters.isReachedBy(trace) === true
    if (isSentBack && again) {
      const [source, mac, link] = [wanted.source, broken.frame!.sourceMac, enters.plug!.iface.name]
      return sentBackBy(lab, { node, link, source, mac }, trace)
    }
    const made =
      told !== undefined && told === owner ? await toldByHand(lab, node, trace, { again }) : undefined
    if (told !== undefined && told === owner && !made) return 'answered'
    if (made && again) return ofNoRow(lab, node, made)
    if (made) continue
    if (!isSentBack && told === undefined && !endsInOvn(route) && leaves.isReachedBy(trace) !== false)
      return { head: leaves.peer && headFor(trace, leaves.peer.addresses) }
    if (!again) continue
    if (told !== undefined)
      return (
        (await knownImpostor(lab, wanted.destination, told)) ?? teller(lab, node, trace, wanted.destination)
      )
  }
  return inBridge(lab, route, broken.place as Extract<Break['place'], { kind: 'bridge' }>, broken)
}
