import { text } from '../../harness/core/text.ts'
import type { NftChain, PingSeen } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { whatSurelyDrops } from '../diagnosis/nft-verdict.ts'
import { firstOf } from '../nouns/first-of.ts'
import { andThen } from '../nouns/phrases.ts'
import { exchangeOf } from '../nouns/wanted.ts'
import type { Route } from '../route/route.ts'
import { asBorne } from '../route/stations.ts'
import { filterOf } from './stack-rules.ts'

/**
 * A ping that was answered, though a filter of one of its ends surely drops what comes in by the link of the path: then something
 * else has brought a copy of its packets there, past the bridges that were heard. Undefined where no filter does so.
 */
export async function broughtBeside(
  lab: Lab,
  { from, to, address, posts }: Route,
  { tcpPort }: PingSeen,
): Promise<BrokenLink | undefined> {
  const { request, reply } = exchangeOf(from.address, address, tcpPort)
  // Filters of an end see what NAT on the way has made of the addresses.
  const [first, last] = [posts[0], posts.at(-1)]
  const arrivals = [
    ...(to && last ? [{ end: to, packet: asBorne(request, last) }] : []),
    ...(first ? [{ end: from, packet: asBorne(reply, first) }] : []),
  ]
  return firstOf(arrivals, async ({ end, packet }) => {
    if (end.netns === undefined || !lab.nodes.includes(end.node)) return undefined
    const facts = await unlessBlind(lab.arp(end.node, end.netns))
    const words = whatSurelyDrops(facts?.chains.filter(onlyFilters) ?? [], {
      packet,
      device: end.device,
      way: 'in',
    })
    if (words === undefined) return undefined
    const filter = filterOf(end, words)
    return {
      ...filter,
      saw: andThen(
        filter.saw,
        text(
          `it drops the ${packet.kind} that comes in by ${end.device}, and yet it was taken: another link has brought a copy of it`,
          `它會丟棄從 ${end.device} 進來的 ${packet.kind}，卻還是收到了：是另一個介面帶來的複本`,
        ),
      ),
    }
  })
}

/**
 * Chains whose rules let packets go on or drop them, and no more: a program may let pass what it is asked about (nft(8), queue), what is
 * answered in the end's place arrives all the same (synproxy), and of what iptables has, nft(8) tells the name alone.
 */
const onlyFilters = ({ rules }: NftChain): boolean =>
  !/"(queue|synproxy|tproxy|fwd|xt)":/.test(JSON.stringify(rules))
