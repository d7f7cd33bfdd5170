import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { firstOf } from '../nouns/first-of.ts'
import { bridgeOf } from '../nouns/linux-bridge.ts'
import { on } from '../nouns/phrases.ts'
import type { Crossing } from './carried.ts'

/**
 * A Linux bridge holds both links between which packets crossed a node, so it carries each of them as well, past OVN. The
 * userspace datapath lets that be: it reads from a socket beside (packet(7)).
 */
export const besideOvs = (lab: Lab, crossings: Crossing[]): Promise<BrokenLink | undefined> =>
  firstOf(crossings, async ({ station, next }) => {
    const { node } = station.post
    // What OVN itself answers.
    if (next.post === station.post) return undefined
    const facts = await unlessBlind(lab.kernel(node))
    const bridges = [station, next].map(({ post }) =>
      facts ? post.links.map(link => bridgeOf(facts, link)?.name) : [],
    )
    const name = bridges[0]?.find(one => one !== undefined && bridges[1]?.includes(one))
    if (!facts?.links.some(link => link.name === name && link.isUp)) return undefined
    const links = [...station.post.links, ...next.post.links].filter(
      link => bridgeOf(facts, link)?.name === name,
    )
    return {
      where: `${node} · ${name}`,
      saw: text(
        `the Linux bridge ${name} on ${node} holds ${links.join(' and ')}, so it carries these packets as well, past OVN`,
        `${node} 的 Linux bridge ${name} 接著 ${links.join(' 和 ')}，所以它也會傳送這些封包，不經過 OVN`,
      ),
      tryThis: on(node, 'bridge link show'),
    }
  })
