import type { Traffic } from '../../harness/look/evidence.ts'
import type { Kind, Wanted } from '../nouns/wanted.ts'
import { type Heard, heardAt, type Post, type Route } from './route.ts'

/** A station of the packets of one ping, in the order they pass it. */
export interface Station {
  post: Post
  direction: 'request' | 'reply'
  wanted: Wanted
  heard: Heard
}

/** Every station of a ping's echoes: the request's, then the reply's on the way back. */
export function echoStations(route: Route, traffic: Traffic, token: string): Station[] {
  const { tcpPort, bytes, isLargest } = traffic.pings.find(ping => ping.token === token) ?? {}
  const kinds: [Kind, Kind] =
    tcpPort === undefined ? ['echo-request', 'echo-reply'] : ['tcp-request', 'tcp-reply']
  return stations(
    traffic,
    {
      token,
      ...(tcpPort !== undefined && { tcpPort }),
      ...(bytes !== undefined && { bytes }),
      ...(isLargest && { mayBeCut: true }),
    },
    kinds,
    route.from.address,
    route.address,
    route.posts,
  )
}

/** Every station of the ARP packets by which one address asks for another, and of the answers. */
export const askStations = (
  traffic: Traffic,
  token: string,
  source: string,
  destination: string,
  posts: Post[],
  isUnicast?: true,
) =>
  stations(
    traffic,
    { token, ...(isUnicast && { isUnicast }) },
    ['arp-request', 'arp-reply'],
    source,
    destination,
    posts,
  )

function stations(
  traffic: Traffic,
  of: Pick<Wanted, 'token' | 'tcpPort' | 'bytes' | 'mayBeCut' | 'isUnicast'>,
  [request, reply]: [Kind, Kind],
  source: string,
  destination: string,
  posts: Post[],
): Station[] {
  const leg = (direction: Station['direction'], wanted: Wanted, order: Post[]): Station[] =>
    order.map(post => {
      const here = asBorne(wanted, post)
      return { post, direction, wanted: here, heard: heardAt(traffic, post, here) }
    })
  return [
    ...leg('request', { ...of, kind: request, source, destination }, posts),
    ...leg('reply', { ...of, kind: reply, source: destination, destination: source }, [...posts].reverse()),
  ]
}

/** The packet as it must be at a post. */
export const asBorne = (wanted: Wanted, { bears = {} }: Post): Wanted => ({
  ...wanted,
  source: bears[wanted.source] ?? wanted.source,
  destination: bears[wanted.destination] ?? wanted.destination,
})
