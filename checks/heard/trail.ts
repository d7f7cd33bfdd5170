import { type Text, text } from '../../harness/core/text.ts'
import type { PingSeen, Traffic } from '../../harness/look/evidence.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { list } from '../nouns/phrases.ts'
import type { Kind } from '../nouns/wanted.ts'
import { type End, endName, type Hop } from '../route/hop.ts'
import { isTranslatedBetween } from '../route/outward.ts'
import { isAnsweredThere } from '../route/place.ts'
import type { Route } from '../route/route.ts'
import { routersBetween, sentAt } from '../route/routed.ts'
import type { Station } from '../route/stations.ts'
import { type Break, isAskedBack, stationsOf } from './bracket.ts'
import { type ClockAhead, clockAhead } from './far-clock.ts'
import { linkWords } from './link-words.ts'

/** The hops of a ping, as they were heard; the place where it broke bears what was found there. */
export function hopsOf(
  route: Route,
  traffic: Traffic,
  ping: PingSeen,
  broken?: Break,
  found?: BrokenLink,
): Hop[] {
  const stations = stationsOf(route, traffic, ping.token, broken)
  const startMs = stations[0]?.heard.frames.at(0)?.firstMs
  const hops: Hop[] = [
    {
      id: 'send',
      node: route.from.node,
      kind: 'stack',
      direction: 'request',
      ...inNetns(route.from),
      verdict: 'ok',
      title: sends(route),
      saw: sent(ping),
    },
  ]
  for (const [at, station] of stations.entries()) {
    const previous = stations[at - 1]
    if (previous) hops.push(...between(route, previous, station, broken))
    const { node } = station.post
    const clock = node === route.from.node ? OWN_CLOCK : clockAhead(stations, route.from.node, node)
    hops.push(heard(station, clock, startMs, route.routed !== undefined))
  }
  hops.push({
    id: 'take',
    node: route.from.node,
    kind: 'stack',
    direction: 'reply',
    ...inNetns(route.from),
    verdict: 'ok',
    title: takes(route),
    saw: answered(ping, broken),
  })
  return broken && found ? brokenAt(hops, broken, found, isAskedBack(route, broken)) : hops
}

const inNetns = (end: { netns?: string } | undefined) =>
  end?.netns === undefined ? {} : { netns: end.netns }
const nameOf = (end: End | undefined, address: string) => (end ? endName(end) : address)
const sends = ({ from, to, address }: Route): Text =>
  text(`${endName(from)} sends to ${nameOf(to, address)}`, `${endName(from)} 送往 ${nameOf(to, address)}`)
const takes = ({ from }: Route): Text =>
  text(`${endName(from)} receives the answer`, `${endName(from)} 收到回應`)
const sent = ({ sent }: PingSeen) => text(`${sent} sent`, `送出 ${sent} 個`)
/** What was refused on the way was not refused by the end, whatever listens there. */
const answered = ({ sent, received, refused, tcpPort }: PingSeen, broken?: Break) => {
  const isByEnd = !broken || broken.place.kind === 'stack'
  const [en, zh] = isByEnd
    ? [`: no program listens on port ${tcpPort}`, `：埠 ${tcpPort} 沒有程式在監聽`]
    : ['', '']
  const [more, moreZh] = refused ? [`, ${refused} refused${en}`, `，其中 ${refused} 個遭拒${zh}`] : ['', '']
  return text(`${received} of ${sent} answered${more}`, `${sent} 個中收到 ${received} 個回應${moreZh}`)
}

/** What lies between two places where packets are heard: a node's bridges, the network between nodes, or who answers. */
function between(route: Route, before: Station, behind: Station, broken: Break | undefined): Hop[] {
  const id = `${before.direction} ${before.post.id} to ${behind.post.id}`
  const asked = broken?.packet.kind === 'arp-request' && isAnsweredThere(broken.place) && broken.packet
  if (asked && before.post === behind.post)
    return [
      {
        id: before.direction === behind.direction ? id : 'answer',
        node: before.post.node,
        kind: 'bridge',
        direction: behind.direction,
        verdict: 'ok',
        title: text(
          `OVN answers for the gateway ${asked.destination}`,
          `OVN 替閘道 ${asked.destination} 回應`,
        ),
      },
    ]
  if (before.direction !== behind.direction) return [answers('answer', route.to, route.address)]
  // The ARP reply starts where the request ended: at the end that the answering one asks for.
  if (before.post === behind.post) return [answers('told', route.from, route.from.address)]
  if (before.post.node === behind.post.node)
    return [
      {
        id,
        node: before.post.node,
        kind: 'bridge',
        direction: behind.direction,
        verdict: 'ok',
        title: [before, behind].some(({ post }) => post.kind === 'bridge')
          ? text('through the Linux bridge', '經過 Linux bridge')
          : through(route, before, behind),
      },
    ]
  return [
    {
      id,
      node: '',
      kind: 'wire',
      direction: behind.direction,
      verdict: 'ok',
      title: text(
        `from ${before.post.node} to ${behind.post.node}`,
        `從 ${before.post.node} 到 ${behind.post.node}`,
      ),
    },
  ]
}

/** An end, or a machine outside, that has got a packet and has to answer it. */
const answers = (id: string, end: End | undefined, address: string): Hop => {
  const name = nameOf(end, address)
  return {
    id,
    node: end?.node ?? '',
    kind: end ? 'stack' : 'outside',
    direction: 'reply',
    ...inNetns(end),
    verdict: 'ok',
    title: text(`${name} answers`, `${name} 回應`),
  }
}

const through = (route: Route, before: Station, behind: Station): Text => {
  const { routed, outward } = route
  if (outward && isTranslatedBetween(before.post, behind.post)) {
    const [was, is] = [before, behind].map(({ wanted }) => `${wanted.source} > ${wanted.destination}`)
    return text(
      `through Open vSwitch; NAT of ${outward.outer.netns || outward.outer.address}: ${was} becomes ${is}`,
      `經過 Open vSwitch；${outward.outer.netns || outward.outer.address} 的 NAT：${was} 變成 ${is}`,
    )
  }
  // The sender's node does the routers' work; behind it, the packet is in the receiver's switch.
  const isThere = before.post === sentAt(route, before.direction)
  const routers = routed?.to && isThere ? routersBetween(routed) : []
  return routers.length > 0
    ? text(
        `through Open vSwitch, by the logical router ${list(routers).en}`,
        `經過 Open vSwitch 和 logical router ${list(routers)['zh-TW']}`,
      )
    : text('through Open vSwitch', '經過 Open vSwitch')
}

const KINDS: Record<Kind, Text> = {
  'echo-request': text('the request', 'request'),
  'echo-reply': text('the answer', 'reply'),
  'tcp-request': text('the SYN', 'SYN'),
  'tcp-reply': text('the answer to the SYN', 'SYN 的回應'),
  'arp-request': text('the ARP request', 'ARP request'),
  'arp-reply': text('the ARP reply', 'ARP reply'),
}

const OF_IPV6: Partial<Record<Kind, Text>> = {
  'arp-request': text('the Neighbor Solicitation', 'Neighbor Solicitation'),
  'arp-reply': text('the Neighbor Advertisement', 'Neighbor Advertisement'),
}

function heard(
  { post, direction, wanted, heard }: Station,
  clock: ClockAhead | undefined,
  startMs: number | undefined,
  isRouted: boolean,
): Hop {
  const [frame] = heard.frames
  const link = linkWords(post, heard)
  const what = (wanted.source.includes(':') && OF_IPV6[wanted.kind]) || KINDS[wanted.kind]
  const title = text(`${link.en}, ${what.en}`, `${link['zh-TW']}，${what['zh-TW']}`)
  // What was captured before this ping began (an ARP request of another one) took no time of it.
  const afterMs =
    frame && clock && startMs !== undefined
      ? frame.firstMs - clock.aheadMs - startMs
      : Number.NEGATIVE_INFINITY
  const heardMs = afterMs >= 0 ? toMicroseconds(afterMs) : undefined
  return {
    id: `${direction} ${post.id}`,
    node: post.node,
    direction,
    links: post.links,
    ...inNetns(post),
    kind: post.kind === 'plug' ? 'plug' : post.isTunnel ? 'underlay' : 'link',
    title,
    verdict: heard.isBlind ? 'unknown' : heard.count > 0 ? 'ok' : 'unreached',
    saw: heard.isBlind
      ? text('no capture was possible here', '這裡無法擷取封包')
      : frame
        ? text(
            `${heard.count} captured, ${frame.sourceMac} > ${frame.destinationMac}${tunnelWords(frame)}${ttlWords(frame, isRouted)}`,
            `擷取到 ${heard.count} 個，${frame.sourceMac} > ${frame.destinationMac}${tunnelWords(frame)}${ttlWords(frame, isRouted)}`,
          )
        : text('none captured', '沒有擷取到'),
    ...(heardMs !== undefined && { heardMs }),
    ...(heardMs !== undefined && clock !== OWN_CLOCK && { withinMs: toMicroseconds(clock!.withinMs) }),
  }
}

/** Times are told by the clock of the node that sends. */
const OWN_CLOCK: ClockAhead = { aheadMs: 0, withinMs: 0 }
const toMicroseconds = (ms: number) => Math.round(ms * 1000) / 1000

const tunnelWords = ({ geneve, vlan }: Station['heard']['frames'][number]) =>
  `${vlan === undefined ? '' : `, vlan ${vlan}`}${geneve ? `, in Geneve vni ${geneve.vni}` : ''}`

/** Where routers lower it, how far it has come. */
const ttlWords = ({ ttl }: Station['heard']['frames'][number], isRouted: boolean) =>
  isRouted && ttl !== undefined ? `, ttl ${ttl}` : ''

/** Marks the hop where it broke, and what comes behind it as not reached. */
function brokenAt(
  hops: Hop[],
  { place, packet }: Break,
  { where, saw, tryThis, row }: BrokenLink,
  askedBack: boolean,
): Hop[] {
  const direction = askedBack || packet.kind.endsWith('reply') ? 'reply' : 'request'
  const id =
    place.kind === 'stack'
      ? { send: 'send', answer: askedBack ? 'told' : 'answer', take: 'take' }[place.does]
      : place.kind === 'outside'
        ? 'answer'
        : place.kind === 'wire'
          ? `${direction} ${place.from.id} to ${place.to.id}`
          : `${direction} ${place.enters.id} to ${place.leaves.id}`
  // What OVN was to answer: a question of the end that answers stands behind the request's hops.
  const ids = isAnsweredThere(place) ? [id.replace('request', 'reply'), 'answer'] : [id]
  const exact = hops.findIndex(hop => hop.id === ids.find(one => hops.some(other => other.id === one)))
  const at = exact >= 0 ? exact : hops.findIndex(hop => hop.kind !== 'stack' && hop.verdict === 'unreached')
  const first = at < 0 ? hops.length - 1 : at
  return hops.map((hop, index) => {
    if (index < first) return hop.verdict === 'unreached' ? { ...hop, verdict: 'unknown' } : hop
    const { heardMs: _, withinMs: __, ...rest } = hop
    if (index > first)
      return hop.verdict === 'ok' && hop.kind !== 'stack' && hop.saw ? hop : { ...rest, verdict: 'unreached' }
    return { ...rest, verdict: 'broken', saw, where, try: tryThis, ...(row !== undefined && { row }) }
  })
}
