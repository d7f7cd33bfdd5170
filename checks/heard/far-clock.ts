import type { Station } from '../route/stations.ts'

/** How far a node's clock is ahead of that of the node that sends, and how wrong that may be. */
export interface ClockAhead {
  aheadMs: number
  withinMs: number
}

/**
 * By the packets themselves, as NTP does it (RFC 5905, section 8): when the request was last heard at the sender's node and
 * first at the other one, and the same of the reply on its way back. Undefined where one of these was not heard, or not of
 * the same packets.
 */
export function clockAhead(stations: readonly Station[], own: string, node: string): ClockAhead | undefined {
  const of = (at: string, way: Station['direction']) =>
    stations.filter(({ post, direction }) => post.node === at && direction === way)
  const first = stations.findIndex(({ post }) => post.node === node)
  const last = stations.findLastIndex(({ post }) => post.node === node)
  const seen = [
    stations.slice(0, first).findLast(({ post }) => post.node === own),
    of(node, 'request').at(0),
    of(node, 'reply').at(-1),
    stations.slice(last + 1).find(({ post }) => post.node === own),
  ]
  const times = seen.map(one => {
    const [frame, ...others] = one?.heard.frames ?? []
    return frame && others.length === 0 ? { ms: frame.firstMs, count: one!.heard.count } : undefined
  })
  const [sent, came, left, back] = times
  // Where one was lost on the way, the first that was heard is not everywhere the same.
  if (!sent || !came || !left || !back || times.some(one => one!.count !== sent.count)) return undefined
  const underwayMs = back.ms - sent.ms - (left.ms - came.ms)
  if (underwayMs < 0 || left.ms < came.ms) return undefined
  return { aheadMs: (came.ms - sent.ms + (left.ms - back.ms)) / 2, withinMs: underwayMs / 2 }
}
