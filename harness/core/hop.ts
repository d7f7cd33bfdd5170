import type { Text } from './text.ts'

/** `unreached`: the packet was lost before it came here, so nothing is said of this place. */
export type HopVerdict = 'ok' | 'broken' | 'unknown' | 'unreached'

/** One place on a path where a packet can be heard or traced, or where something that it needs is written. */
export interface Hop {
  id: string
  node: string
  kind: 'stack' | 'plug' | 'bridge' | 'link' | 'underlay' | 'wire' | 'outside' | 'database'
  title: Text
  verdict: HopVerdict
  /** Which way the packet goes here. */
  direction?: 'request' | 'reply'
  /** Where it was to be heard: on one of these links, of the node or of this namespace of it. */
  links?: string[]
  netns?: string
  saw?: Text
  /** Node · database · table · column, node · link, or node · daemon. */
  where?: string
  /** The row of a database that decides here, as a learner would find it. */
  row?: string
  /** A read-only command to see it oneself. */
  try?: string
  /** When the packet was heard here, after it was sent. */
  heardMs?: number
  /** Of a node with another clock than the sender's: how wrong that time may be, either way. */
  withinMs?: number
}

/** A packet that was followed, from its first hop to its last, whether it came that far or not. */
export interface Trail {
  from: string
  to: string
  verdict: 'reached' | 'broken' | 'unknown'
  hops: Hop[]
  /** The id of the first broken hop. */
  broken?: string
  /** Of a broken one: which packets were answered all the same; absent where none were. */
  answered?: 'small' | 'some' | 'all'
  durationMs: number
}
