import { Unmet } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import type { HeardPacket } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { crossingsOf } from '../heard/crossings.ts'
import { routedBy } from '../heard/routed-by.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { andThen, list, on } from '../nouns/phrases.ts'
import type { Route } from '../route/route.ts'
import { bearsItsMacs, sentAt } from '../route/routed.ts'
import { echoStations, type Station } from '../route/stations.ts'
import { assertNotDeaf } from './not-deaf.ts'
import { whyNotReached } from './reaches.ts'
import { captureIn, type Experiment, probeOf } from './traffic.ts'

/**
 * Question and answer of a ping between two subnets arrive as a router makes them: from the MAC address of its port on the
 * receiver's switch, to the receiver's, with a TTL that is lower by one than the sender's.
 */
export async function crossesRouter(
  lab: Lab,
  experiment: Experiment,
  [from, to]: [Endpoint, Endpoint],
): Promise<void> {
  const probe = await probeOf(lab, experiment, from, to.address)
  const { traffic, ping, route } = probe
  const stations = echoStations(route, traffic, ping.token)
  const arriving = stations.filter(({ post, direction }) => post !== sentAt(route, direction))
  const wrong = arriving.find(station => !isRouted(route, stations, station, ping.received))
  if (!wrong && ping.received > 0) return
  for (const { post } of stations)
    assertNotDeaf(await captureIn(lab, experiment, { ...post, link: post.links[0]! }))
  const { post, wanted, heard, direction } = wrong ?? arriving[0]!
  const link = post.links[0]!
  const crossings = crossingsOf(route, traffic, ping).filter(({ station }) => station.direction === direction)
  const broken =
    (await unlessBlind(whyNotReached(lab, probe))) ?? (await unlessBlind(routedBy(lab, route, crossings)))
  const seen = list(
    heard.frames.map(frame => `${frame.sourceMac} > ${frame.destinationMac}, ttl ${ttlOf(frame) ?? '?'}`),
  )
  throw new Unmet({
    expected: text(
      `the ${wanted.kind} on ${link} comes from the MAC address of the router port there, and its TTL is lower by one`,
      `${link} 上的 ${wanted.kind} 來自那裡的 router port 的 MAC 位址，TTL 少一`,
    ),
    where: `${post.node} · ${link}`,
    tryThis: on(post.node, `sudo tcpdump -n -e -v -i ${link} icmp`),
    ...broken,
    saw: andThen(seen, broken?.saw),
  })
}

const ttlOf = (frame: Station['heard']['frames'][number]): number | undefined =>
  'icmp' in frame ? (frame as HeardPacket).ttl : undefined

function isRouted(route: Route, stations: Station[], station: Station, received: number): boolean {
  const { direction, heard } = station
  const sent = stations.find(one => one.direction === direction && one.post === sentAt(route, direction))
  const ttl = sent?.heard.frames.map(ttlOf).at(0)
  return (
    ttl !== undefined &&
    heard.count >= received &&
    heard.frames.length > 0 &&
    heard.frames.every(frame => ttlOf(frame) === ttl - 1 && bearsItsMacs(route, station, frame))
  )
}
