import { text } from '../../harness/core/text.ts'
import type { Traffic } from '../../harness/look/evidence.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { on } from '../nouns/phrases.ts'
import type { Post, Route } from './route.ts'
import { echoStations, type Station } from './stations.ts'

/**
 * A packet that was heard where it should have come in to a node, and did not: the node sent it out there itself, so it
 * was made here and not by whom it names. Undefined where all came from where they should, or where nobody can tell.
 */
export function madeHere(route: Route, traffic: Traffic, token: string): BrokenLink | undefined {
  const made = echoStations(route, traffic, token).find(station => comesIn(route, station) && isMade(station))
  if (!made) return undefined
  const { post, wanted } = made
  const links = post.links.join(', ')
  return {
    where: `${post.node} · ${links}`,
    saw: text(
      `none of the ${made.heard.count} ${wanted.kind} packets from ${wanted.source} came in through ${links}: ${post.node} sent them out there itself`,
      `來自 ${wanted.source} 的 ${made.heard.count} 個 ${wanted.kind} 沒有任何一個是從 ${links} 進來的：是 ${post.node} 自己從那裡送出去的`,
    ),
    tryThis: on(post.node, `sudo tcpdump -n -e -Q in -i ${post.links[0]} icmp`),
  }
}

/** A plug takes in what its own end sends, a physical link what the other side sends. */
function comesIn(route: Route, { post, direction }: Station): boolean {
  // By a port of its own, a node sends what it makes itself.
  if (post.kind === 'exit' && post.row !== undefined) return false
  const ofSource = direction === 'request' ? route.from : route.to
  if (post.kind === 'plug') return isOuterEnd(post, ofSource?.plug)
  // Outside, it is always the other side that a path leads to, or from.
  if (route.outward)
    return post === (route.to ? route.posts[0] : route.posts.at(-1)) && (direction === 'reply') === !route.to
  const isOfAsking = post === route.posts.find(({ kind }) => kind === 'exit')
  return isOfAsking === (direction === 'reply')
}

const isOuterEnd = ({ links }: Post, plug: string | undefined) => plug !== undefined && links.includes(plug)

const isMade = ({ heard: { count, frames } }: Station): boolean =>
  count > 0 && frames.every(frame => 'incoming' in frame && frame.incoming === 0)
