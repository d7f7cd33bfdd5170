import type { PingSeen, Traffic } from '../../harness/look/evidence.ts'
import { isLossy } from '../../harness/look/loss.ts'
import type { Wanted } from '../nouns/wanted.ts'
import { type Break, isAnsweredThere, placeBetween } from '../route/place.ts'
import { heardInTunnel, type Post, type Route } from '../route/route.ts'
import { macsAt, routersBetween, sentAt } from '../route/routed.ts'
import { askStations, echoStations, type Station } from '../route/stations.ts'
import { isPlainAt, isWide, unresolved } from '../route/unresolved.ts'

export type { Break, Place } from '../route/place.ts'

/** The stations that tell of a break: of the echoes, or of the ARP packets where those were lost. */
export function stationsOf(
  route: Route,
  traffic: Traffic,
  token: string,
  broken: Break | undefined,
): Station[] {
  const echoes = echoStations(route, traffic, token)
  if (!broken?.packet.kind.startsWith('arp')) return echoes
  const { source, destination } = broken.packet
  const { place } = broken
  if (place.kind === 'bridge' && isAnsweredThere(place)) {
    const asks = askStations(traffic, token, source, destination, [place.enters])
    return place.enters === route.posts[0]
      ? asks
      : [
          ...echoes.filter(({ direction }) => direction === 'request'),
          ...asks.map(station => ({ ...station, direction: 'reply' as const })),
        ]
  }
  // What a router asks is beside the way of the echoes.
  if (route.routed) return echoes
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

/** It was the end to be reached that asked by ARP, for the address it had to answer, and the other end is to tell it. */
export const isAskedBack = (
  { address, routed }: Route,
  { place, packet: { kind, source, destination } }: Break,
): boolean =>
  kind.startsWith('arp') &&
  !routed &&
  !isAnsweredThere(place) &&
  (kind === 'arp-request' ? source : destination) === address

/**
 * Where a ping broke, as a fact of what was heard where; undefined where every packet passed every place as it should.
 * Places where nobody could listen widen the stretch.
 */
export function bracket(route: Route, traffic: Traffic, ping: PingSeen): Break | undefined {
  const { token } = ping
  const echoes = echoStations(route, traffic, token)
  const odd = oddityIn(route, traffic, echoes, ping.received > 0)
  // What could not even be sent is lost as well.
  const first = echoes.find(({ heard }) => !heard.isBlind)
  const sent = Math.max(ping.sent, ping.received > 0 ? 0 : 2, first?.heard.count ?? 0)
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
    // A copy of a packet is lost to nobody: more than what was sent cannot be lost behind here.
    const behind = Math.min(sent, station ? station.heard.count : received)
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

/** A packet that was heard, but not as the one that was sent: other addresses, other MACs, a tag, in a tunnel. */
function oddityIn(
  route: Route,
  traffic: Traffic,
  echoes: Station[],
  isAnswered: boolean,
): { station: Station; broken: Break } | undefined {
  for (const station of echoes) {
    const { post, wanted, heard } = station
    const { source, destination } = macsAt(route, station)
    const [frame] = heard.frames
    const ofOther = source && heard.frames.find(({ sourceMac }) => !source.includes(sourceMac))
    // Of a machine outside nobody knows the MAC address, but it is not the one that asks.
    const toOther = heard.frames.find(({ destinationMac }) =>
      destination
        ? !destination.includes(destinationMac)
        : !route.outward && destinationMac === route.from.mac,
    )
    // A tag that both sides agree on keeps nobody from answering.
    const tagged =
      !isAnswered && isPlainAt(station, echoes[0]!)
        ? heard.frames.find(({ vlan }) => vlan !== undefined)
        : undefined
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
      (tunnelled && { what: 'tunnel' as const, frame: tunnelled }) ??
      fallenWrong(route, echoes, station)
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

/** Each router lowers the TTL by one (RFC 1812, section 5.3.1): exactly so where it is known that there is but one. No switch does. */
function fallenWrong(
  route: Route,
  echoes: Station[],
  { post, direction, heard }: Station,
): { what: 'ttl'; frame: Station['heard']['frames'][number] } | undefined {
  const first = sentAt(route, direction)
  const isSwitched = !route.routed && !route.isElsewhere && route.to !== undefined
  if (!(isSwitched || route.routed?.to) || route.outward || post === first) return undefined
  const sent = echoes.find(one => one.post === first && one.direction === direction)
  const ttl = sent?.heard.frames.at(0)?.ttl
  if (ttl === undefined) return undefined
  const isOne = route.routed && routersBetween(route.routed).length > 0
  const usual = isSwitched ? 0 : 1
  const frame = heard.frames.find(one => {
    const fall = one.ttl === undefined ? usual : ttl - one.ttl
    return isOne || isSwitched ? fall !== usual : fall < usual
  })
  return frame && { what: 'ttl', frame }
}

/** An echo of this ping between other addresses. */
const rewrittenAt = ({ captures }: Traffic, { node, netns, links }: Post, { kind, token }: Wanted) =>
  captures
    .filter(seen => seen.node === node && seen.netns === netns && links.includes(seen.link))
    .flatMap(seen => ('heard' in seen ? seen.heard : []))
    .find(packet => packet.token === token && packet.icmp === kind)
