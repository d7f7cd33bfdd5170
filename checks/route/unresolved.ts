import type { HeardArp, Traffic } from '../../harness/look/evidence.ts'
import { addressesOf } from '../../harness/look/joints.ts'
import { WIRES } from '../../harness/look/traffic.ts'
import type { End } from './hop.ts'
import type { Outward } from './outward.ts'
import { answeredAt, type Break, placeBetween } from './place.ts'
import { heardAt, type Post, type Route } from './route.ts'
import { isNear, sideOf } from './routed.ts'
import { endsInOvn } from './routers-own.ts'
import { askStations, type Station } from './stations.ts'

/**
 * An echo that was never sent because nobody told the MAC it goes to: then it is the ARP packets that were lost. OVN may
 * answer for a port it knows right at the plug, so a reply there is enough.
 */
export function unresolved(route: Route, traffic: Traffic, token: string, broken: Break): Break | undefined {
  if (broken.behind > 0) return undefined
  if (route.routed && !endsInOvn(route)) return unresolvedAtRouter(route, traffic, broken)
  const { place } = broken
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
    (station, index) =>
      index < untold &&
      isPlainAt(station, first) &&
      station.heard.frames.every(({ vlan }) => vlan !== undefined),
  )
  const at = tagged > 0 ? tagged : untold
  const [last, silent] = [audible[at - 1]!, audible[at]!]
  const turned: Route = asks.source === route.address ? reversed(route) : route
  const frame = last.heard.frames.at(0)
  const by = last.heard.links.at(0)
  return {
    place: placeBetween(turned, last, silent),
    packet: last.direction === silent.direction || endsInOvn(turned) ? last.wanted : silent.wanted,
    before: last.heard.count,
    behind: silent.heard.count,
    ...(isWide(all, last, silent) && { isWide: true }),
    ...(frame && { frame }),
    ...(by !== undefined && { by }),
    ...(tagged > 0 && { odd: { what: 'vlan' as const, frame: silent.heard.frames[0]! } }),
  }
}

/** Whether a packet should bear no VLAN tag here: where it leaves the node, and at the other end if it was sent without one. */
export const isPlainAt = ({ post }: Station, first: Station): boolean =>
  !post.mayBeTagged &&
  (post.kind === 'exit' ||
    (post.kind === 'plug' && first.heard.frames.every(({ vlan }) => vlan === undefined)))

/** Whether any station between two of them is one where nobody could listen. */
export const isWide = (all: Station[], before: Station | undefined, behind: Station | undefined) =>
  all
    .slice(before ? all.indexOf(before) + 1 : 0, behind ? all.indexOf(behind) : all.length)
    .some(({ heard }) => heard.isBlind)

/** The same path seen from its other end. An outside that asks stands for itself. */
const reversed = (route: Route): Route => ({
  from: route.to ?? { node: '', device: '', mac: '', address: route.address, prefixLength: 32 },
  to: route.from,
  address: route.from.address,
  posts: [...route.posts].reverse(),
})

/**
 * Between subnets it is the gateway that an end asks for, and a router that asks for an end: OVN answers the one at the plug
 * where it was asked, and the end has to answer the other.
 */
function unresolvedAtRouter(route: Route, traffic: Traffic, broken: Break): Break | undefined {
  const { place, packet } = broken
  const { from, to, posts, outward } = route
  if (place.kind === 'stack' && place.does !== 'take') {
    const { end } = place
    if (end.node === WIRES) return undefined
    const post = end === from ? posts[0] : posts.at(-1)
    const { gateway } = sideOf(route, end) ?? {}
    const asked = post && unanswered(traffic, post, asking(end, gateway))
    if (!asked) return undefined
    const { source, destination } = asked
    return {
      ...{ place: answeredAt(post), before: asked.count, behind: 0, frame: asked, by: post.links[0]! },
      packet: { kind: 'arp-request', source, destination, token: packet.token },
    }
  }
  if (place.kind !== 'bridge') return undefined
  const hop = outward && !to && askedByRouter(route, traffic, outward, place.leaves, packet.token)
  if (hop) return hop
  if (place.leaves.kind !== 'plug') return undefined
  const end = place.leaves === posts[0] ? from : to
  const routers = end && sideOf(route, end)?.joints.flatMap(({ port }) => addressesOf(port))
  const asked = unanswered(
    traffic,
    place.leaves,
    ({ source, destination }) => destination === end?.address && routers?.includes(source) === true,
  )
  if (!asked || !end) return undefined
  return {
    place: { kind: 'stack', end, does: 'answer' },
    packet: { kind: 'arp-reply', source: end.address, destination: asked.source, token: packet.token },
    ...{ before: asked.count, behind: 0, frame: asked, by: place.leaves.links[0]! },
  }
}

/**
 * A router that does not know the MAC of the next hop keeps the echoes and asks, by its outer port: the question goes the way
 * that they were to go, from where it began, and what loses it loses them.
 */
function askedByRouter(
  { posts, address }: Route,
  traffic: Traffic,
  outward: Outward,
  leaves: Post,
  token: string,
): Break | undefined {
  const way = posts.slice(posts.indexOf(leaves))
  // Of a lesson it is known who that is; others may be asked for meanwhile.
  const isMeant = (arp: HeardArp) =>
    isOfRouter(outward)(arp) && [arp.destination, address].includes(outward.nextHop ?? arp.destination)
  const at = way.findLastIndex(post =>
    arpsAt(traffic, post).some(arp => arp.arp === 'request' && isMeant(arp)),
  )
  const asked = at >= 0 && unanswered(traffic, way[at]!, isMeant)
  if (!asked) return undefined
  const { source, destination } = asked
  const packet = { kind: 'arp-request' as const, source, destination, token }
  const [post, next] = [way[at]!, way[at + 1]]
  return {
    place: next
      ? post.node === next.node
        ? { kind: 'bridge', node: post.node, enters: post, leaves: next }
        : { kind: 'wire', from: post, to: next }
      : { kind: 'outside', post },
    ...{ packet, before: asked.count, behind: 0, frame: asked, by: post.links[0]! },
    // Under a tag, nobody was asked whom the question is for.
    ...(post.kind === 'exit' &&
      !post.mayBeTagged &&
      asked.vlan !== undefined && { odd: { what: 'vlan' as const, frame: asked } }),
    ...(next && heardAt(traffic, next, packet).isBlind && { isWide: true }),
  }
}

/** What a router asks for by its outer port: the next hop. Of its own address it only tells (RFC 5227, ARP Announcement). */
const isOfRouter =
  ({ outer }: Outward) =>
  ({ source, destination }: HeardArp): boolean =>
    source === outer.address && destination !== source

/** What an end asks for on the way to another subnet: the gateway it has, else whatever it takes for a neighbour. */
const asking =
  (end: End, gateway: string | undefined) =>
  ({ source, destination }: HeardArp): boolean =>
    source === end.address && (gateway === undefined ? isNear(end, destination) : destination === gateway)

/** An ARP request of that kind that was heard at a post, and no answer to it. */
function unanswered(traffic: Traffic, post: Post, isMeant: (arp: HeardArp) => boolean): HeardArp | undefined {
  const arps = arpsAt(traffic, post)
  return arps.find(
    asked =>
      asked.arp === 'request' &&
      isMeant(asked) &&
      !arps.some(
        ({ arp, source, destination }) =>
          arp === 'reply' && source === asked.destination && destination === asked.source,
      ),
  )
}

const arpsAt = ({ captures }: Traffic, { node, netns, links }: Post): HeardArp[] =>
  captures
    .filter(seen => seen.node === node && seen.netns === netns && links.includes(seen.link))
    .flatMap(seen => ('heard' in seen ? seen.arps : []))
