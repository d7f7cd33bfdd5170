import type { Traffic } from '../../harness/look/evidence.ts'
import { type Heard, heardAt, type Kind, type Post, type Route, type Wanted } from './route.ts'

/** A station of the packets of one ping, in the order they pass it. */
export interface Station {
  post: Post
  direction: 'request' | 'reply'
  wanted: Wanted
  heard: Heard
}

/** Every station of a ping's echoes: the request's, then the reply's on the way back. */
export const echoStations = (route: Route, traffic: Traffic, token: string): Station[] =>
  stations(traffic, token, ['echo-request', 'echo-reply'], route.from.address, route.address, route.posts)

/** Every station of the ARP packets by which one address asks for another, and of the answers. */
export const askStations = (
  traffic: Traffic,
  token: string,
  source: string,
  destination: string,
  posts: Post[],
) => stations(traffic, token, ['arp-request', 'arp-reply'], source, destination, posts)

function stations(
  traffic: Traffic,
  token: string,
  [request, reply]: [Kind, Kind],
  source: string,
  destination: string,
  posts: Post[],
): Station[] {
  const leg = (direction: Station['direction'], wanted: Wanted, order: Post[]): Station[] =>
    order.map(post => ({ post, direction, wanted, heard: heardAt(traffic, post, wanted) }))
  return [
    ...leg('request', { kind: request, source, destination, token }, posts),
    ...leg('reply', { kind: reply, source: destination, destination: source, token }, [...posts].reverse()),
  ]
}
