import type { HeardArp, HeardPacket } from '../../harness/look/evidence.ts'
import { WIRES } from '../../harness/look/traffic.ts'
import type { Wanted } from '../nouns/wanted.ts'
import type { End } from './hop.ts'
import type { Post, Route } from './route.ts'
import { endsInOvn } from './routers-own.ts'
import type { Station } from './stations.ts'

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
    what: 'rewritten' | 'destination-mac' | 'source-mac' | 'vlan' | 'tunnel' | 'ttl'
    frame: HeardPacket | HeardArp
  }
}

/** A stretch of a path between two places where packets can be heard. */
export type Place =
  /** Between what a namespace's own stack sends or takes, and the plug of its cable. */
  | { kind: 'stack'; end: End; does: 'send' | 'answer' | 'take' }
  /** Through the bridges of Open vSwitch of a node; where a packet enters and leaves by one post, OVN itself is to answer it. */
  | { kind: 'bridge'; node: string; enters: Post; leaves: Post }
  /** Between two nodes. */
  | { kind: 'wire'; from: Post; to: Post }
  /** Behind the last place of ours. */
  | { kind: 'outside'; post: Post }

/** What lies between two stations that follow each other; without one of them, at the start or at the end of the path. */
export function placeBetween(route: Route, before: Station | undefined, behind: Station | undefined): Place {
  const isAskedFromOutside = route.from.node === WIRES
  if (!before)
    return isAskedFromOutside
      ? { kind: 'outside', post: route.posts[0]! }
      : { kind: 'stack', end: route.from, does: 'send' }
  if (!behind)
    return isAskedFromOutside
      ? { kind: 'outside', post: route.posts[0]! }
      : { kind: 'stack', end: route.from, does: 'take' }
  if (before.direction !== behind.direction) {
    if (route.to && !route.isTakenByOvn) return { kind: 'stack', end: route.to, does: 'answer' }
    return route.to || endsInOvn(route) ? answeredAt(before.post) : { kind: 'outside', post: before.post }
  }
  if (before.post.node === behind.post.node)
    return { kind: 'bridge', node: before.post.node, enters: before.post, leaves: behind.post }
  return { kind: 'wire', from: before.post, to: behind.post }
}

/** Where OVN itself is to answer what enters by a post. */
export const answeredAt = (post: Post): Place => ({
  kind: 'bridge',
  node: post.node,
  enters: post,
  leaves: post,
})

/** Whether a place is one where OVN itself is to answer. */
export const isAnsweredThere = (place: Place): boolean =>
  place.kind === 'bridge' && place.enters.id === place.leaves.id
