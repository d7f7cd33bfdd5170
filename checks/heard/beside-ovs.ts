import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { firstOf } from '../nouns/first-of.ts'
import { bridgeOf } from '../nouns/linux-bridge.ts'
import { on } from '../nouns/phrases.ts'
import type { Post, Route } from '../route/route.ts'
import type { Crossing } from './carried.ts'

/**
 * A Linux bridge holds both links between which packets crossed a node, so it carries each of them as well, past OVN. The
 * userspace datapath lets that be: it reads from a socket beside (packet(7)).
 */
export const besideOvs = (lab: Lab, crossings: Crossing[]): Promise<BrokenLink | undefined> =>
  // What OVN itself answers crosses nothing.
  firstOf(crossings, ({ station, next }) =>
    next.post === station.post ? undefined : heldWith(lab, station.post, next.post),
  )

/** The same of any two places that a path crosses on one node. */
export const joinedBeside = (lab: Lab, { posts }: Pick<Route, 'posts'>): Promise<BrokenLink | undefined> => {
  const pairs = posts.flatMap((one, at) => posts.slice(at + 1).map(other => [one, other] as const))
  return firstOf(pairs, ([one, other]) => (other.node === one.node ? heldWith(lab, one, other) : undefined))
}

async function heldWith(lab: Lab, one: Post, other: Post): Promise<BrokenLink | undefined> {
  const { node } = one
  const facts = await unlessBlind(lab.kernel(node))
  if (!facts) return undefined
  const [here, there] = [one, other].map(({ links }) => links.map(link => bridgeOf(facts, link)?.name))
  const name = here!.find(bridge => bridge !== undefined && there!.includes(bridge))
  if (!facts.links.some(link => link.name === name && link.isUp)) return undefined
  const links = [...one.links, ...other.links].filter(link => bridgeOf(facts, link)?.name === name)
  return {
    where: `${node} · ${name}`,
    saw: text(
      `the Linux bridge ${name} on ${node} holds ${links.join(' and ')}, so it carries these packets as well, past OVN`,
      `${node} 的 Linux bridge ${name} 接著 ${links.join(' 和 ')}，所以它也會傳送這些封包，不經過 OVN`,
    ),
    tryThis: on(node, 'bridge link show'),
    cause: 'joined-beside',
  }
}
