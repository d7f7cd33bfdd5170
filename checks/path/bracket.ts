import type { HeardArp, HeardPacket, PingSeen, Traffic } from '../../harness/look/evidence.ts'
import { isLossy } from '../../harness/look/loss.ts'
import type { Wanted } from '../nouns/wanted.ts'
import type { End } from './hop.ts'
import { heardInTunnel, type Post, type Route } from './route.ts'
import { askStations, echoStations, type Station } from './stations.ts'

/** Between which two places a packet was lost, or where it was made into another one. */
export interface Break {
  place: Place
  packet: Wanted
  /** How many were heard, or sent, before it, and how many behind it. */
  before: number
  behind: number
  /** There are places in between where nobody could listen: it was lost somewhere around them. */
  isWide?: true
  /** The packet as it was heard last, and the link it was heard on. */
  frame?: HeardPacket | HeardArp
  by?: string
  /** It went on, but not as it should: the frames that say so. */
  odd?: {
    what: 'rewritten' | 'destination-mac' | 'source-mac' | 'vlan' | 'tunnel'
    frame: HeardPacket | HeardArp
  }
}

/** A stretch of a path between two places where packets can be heard. */
export type Place =
  /** Between what a namespace's own stack sends or takes, and the plug of its cable. */
  | { kind: 'stack'; end: End; does: 'send' | 'answer' | 'take' }
  /** Through the bridges of Open vSwitch of a node. */
  | { kind: 'bridge'; node: string; enters: Post; leaves: Post }
  /** Between two nodes. */
  | { kind: 'wire'; from: Post; to: Post }
  /** Behind the last place of ours. */
  | { kind: 'outside'; post: Post }

/** The stations that tell of a break: of the echoes, or of the ARP packets where those were lost. */
export function stationsOf(
  route: Route,
  traffic: Traffic,
  token: string,
  broken: Break | undefined,
): Station[] {
  const echoes = echoStations(route, traffic, token)
  if (!broken?.packet.kind.startsWith('arp')) return echoes
  return isAskedBack(route, broken)
    ? [
        ...echoes.filter(({ direction }) => direction === 'request'),
        ...askStations(traffic, token, route.address, route.from.address, [...route.posts].reverse()).map(
          station => ({
            ...station,
            direction: 'reply' as const,
          }),
        ),
      ]
    : askStations(traffic, token, route.from.address, route.address, route.posts)
}

/** It was the end to be reached that asked by ARP, for the address it had to answer. */
export const isAskedBack = ({ address }: Route, { packet: { kind, source, destination } }: Break): boolean =>
  kind.startsWith('arp') && (kind === 'arp-request' ? source : destination) === address

/**
 * Where a ping broke, as a fact of what was heard where; undefined where every packet passed every place as it should.
 * Places where nobody could listen widen the stretch.
 */
export function bracket(route: Route, traffic: Traffic, ping: PingSeen): Break | undefined {
  const { token } = ping
  const echoes = echoStations(route, traffic, token)
  const odd = oddityIn(route, traffic, echoes, ping.received > 0)
  // What could not even be sent is lost as well.
  const sent = Math.max(ping.sent, ping.received > 0 ? 0 : 2, ...echoes.map(({ heard }) => heard.count))
  const lost = greatestLoss(route, echoes, sent, ping.received)
  // What was made into something else is lost at that very place.
  if (odd && (!lost || echoes.indexOf(odd.station) <= lost.at)) return odd.broken
  if (!lost) return undefined
  return unresolved(route, traffic, token, lost.broken) ?? lost.broken
}

/** The stretch on which most were lost; the first of them where several lost all. */
function greatestLoss(
  route: Route,
  echoes: Station[],
  sent: number,
  received: number,
): { at: number; broken: Break } | undefined {
  const audible = echoes.filter(({ heard }) => !heard.isBlind)
  let worst: { at: number; broken: Break } | undefined
  let [previous, before]: [Station | undefined, number] = [undefined, sent]
  for (const station of [...audible, undefined]) {
    const behind = station ? station.heard.count : received
    const lost = before - behind
    if (
      lost > 0 &&
      isLossy({ sent: before, received: behind }) &&
      lost > (worst ? worst.broken.before - worst.broken.behind : 0)
    ) {
      const frame = previous?.heard.frames.at(0)
      const by = previous?.heard.links.at(0)
      const packet = station?.wanted ?? echoes.at(-1)!.wanted
      const place = placeBetween(route, previous, station)
      worst = {
        at: station ? echoes.indexOf(station) : echoes.length,
        broken: {
          place,
          packet: previous && place.kind !== 'stack' ? previous.wanted : packet,
          before,
          behind,
          ...(isWide(echoes, previous, station) && { isWide: true }),
          ...(frame && { frame }),
          ...(by !== undefined && { by }),
        },
      }
    }
    previous = station
    before = behind
  }
  return worst
}

/** Whether any station between two of them is one where nobody could listen. */
const isWide = (all: Station[], before: Station | undefined, behind: Station | undefined) =>
  all
    .slice(before ? all.indexOf(before) + 1 : 0, behind ? all.indexOf(behind) : all.length)
    .some(({ heard }) => heard.isBlind)

function placeBetween(route: Route, before: Station | undefined, behind: Station | undefined): Place {
  if (!before) return { kind: 'stack', end: route.from, does: 'send' }
  if (!behind) return { kind: 'stack', end: route.from, does: 'take' }
  if (before.direction !== behind.direction)
    return route.to
      ? { kind: 'stack', end: route.to, does: 'answer' }
      : { kind: 'outside', post: before.post }
  if (before.post.node === behind.post.node)
    return { kind: 'bridge', node: before.post.node, enters: before.post, leaves: behind.post }
  return { kind: 'wire', from: before.post, to: behind.post }
}

/**
 * An echo that was never sent because nobody told the MAC it goes to: then it is the ARP packets that were lost. OVN may
 * answer for a port it knows right at the plug, so a reply there is enough.
 */
function unresolved(route: Route, traffic: Traffic, token: string, broken: Break): Break | undefined {
  const { place } = broken
  if (broken.behind > 0) return undefined
  const asks =
    place.kind === 'stack' && place.does === 'send'
      ? { source: route.from.address, destination: route.address, posts: route.posts }
      : (place.kind === 'stack' && place.does === 'answer') || place.kind === 'outside'
        ? { source: route.address, destination: route.from.address, posts: [...route.posts].reverse() }
        : undefined
  if (!asks) return undefined
  const all = askStations(traffic, token, asks.source, asks.destination, asks.posts)
  const audible = all.filter(({ heard }) => !heard.isBlind)
  const [first] = audible
  if (!first || first.heard.count === 0 || audible.at(-1)!.heard.count > 0) return undefined
  const untold = audible.findIndex(({ heard }) => heard.count === 0)
  // Asked under a tag, nobody on the other side was asked: it is lost where it got the tag.
  const tagged = audible.findIndex(
    ({ post, heard: { frames } }, index) =>
      post.kind === 'exit' && index < untold && frames.every(({ vlan }) => vlan !== undefined),
  )
  const at = tagged > 0 ? tagged : untold
  const [last, silent] = [audible[at - 1]!, audible[at]!]
  const turned: Route = asks.source === route.address ? reversed(route) : route
  const frame = last.heard.frames.at(0)
  const by = last.heard.links.at(0)
  return {
    place: placeBetween(turned, last, silent),
    packet: last.direction === silent.direction ? last.wanted : silent.wanted,
    before: last.heard.count,
    behind: silent.heard.count,
    ...(isWide(all, last, silent) && { isWide: true }),
    ...(frame && { frame }),
    ...(by !== undefined && { by }),
    ...(tagged > 0 && { odd: { what: 'vlan' as const, frame: silent.heard.frames[0]! } }),
  }
}

/** The same path seen from its other end. An outside that asks stands for itself. */
const reversed = (route: Route): Route => ({
  from: route.to ?? { node: '', device: '', mac: '', address: route.address, prefixLength: 32 },
  to: route.from,
  address: route.from.address,
  posts: [...route.posts].reverse(),
})

/** A packet that was heard, but not as the one that was sent: other addresses, other MACs, a tag, in a tunnel. */
function oddityIn(
  route: Route,
  traffic: Traffic,
  echoes: Station[],
  isAnswered: boolean,
): { station: Station; broken: Break } | undefined {
  const { from, to } = route
  for (const station of echoes) {
    const { post, direction, wanted, heard } = station
    const [source, destination] = direction === 'request' ? [from, to] : [to, from]
    const [frame] = heard.frames
    const ofOther = source && heard.frames.find(({ sourceMac }) => sourceMac !== source.mac)
    // Of a machine outside nobody knows the MAC address, but it is not the one that asks.
    const toOther = heard.frames.find(({ destinationMac }) =>
      destination ? destinationMac !== destination.mac : destinationMac === from.mac,
    )
    // A tag that both sides agree on keeps nobody from answering.
    const tagged =
      post.kind === 'exit' && !isAnswered ? heard.frames.find(({ vlan }) => vlan !== undefined) : undefined
    const rewritten = heard.count === 0 && !heard.isBlind ? rewrittenAt(traffic, post, wanted) : undefined
    const tunnelled =
      heard.count === 0 && post.kind === 'exit'
        ? heardInTunnel(traffic, post, wanted).frames.at(0)
        : undefined
    const found =
      (ofOther && { what: 'source-mac' as const, frame: ofOther }) ??
      (toOther && { what: 'destination-mac' as const, frame: toOther }) ??
      (tagged && { what: 'vlan' as const, frame: tagged }) ??
      (rewritten && { what: 'rewritten' as const, frame: rewritten }) ??
      (tunnelled && { what: 'tunnel' as const, frame: tunnelled })
    if (!found) continue
    const previous = echoes[echoes.indexOf(station) - 1]
    return {
      station,
      broken: {
        place: placeBetween(route, previous, station),
        packet: wanted,
        before: previous?.heard.count ?? 0,
        behind: heard.count,
        ...(frame && { frame }),
        odd: found,
      },
    }
  }
  return undefined
}

/** An echo of this ping between other addresses. */
const rewrittenAt = ({ captures }: Traffic, { node, netns, links }: Post, { kind, token }: Wanted) =>
  captures
    .filter(seen => seen.node === node && seen.netns === netns && links.includes(seen.link))
    .flatMap(seen => ('heard' in seen ? seen.heard : []))
    .find(packet => packet.token === token && packet.icmp === kind)
