import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { spacesOf } from '../nouns/cabling.ts'
import { firstOf } from '../nouns/first-of.ts'
import { on } from '../nouns/phrases.ts'
import type { Route } from '../route/route.ts'

/**
 * A machine that is none of the lab's bears the MAC address of an end, as an end has learnt: bridges send what is for that MAC to
 * whoever of the two spoke last.
 */
export async function macOutside(
  lab: Lab,
  { from, to }: Pick<Route, 'from' | 'to'>,
): Promise<BrokenLink | undefined> {
  const ends = to ? [to, from] : [from]
  const facts = await Promise.all(lab.nodes.map(node => unlessBlind(lab.kernel(node))))
  const own = facts
    .flatMap(known => (known ? spacesOf(known).flat() : []))
    .flatMap(({ addresses }) => addresses.map(({ address }) => address))
  return firstOf(ends, async ({ node, netns }) => {
    const stack = await unlessBlind(lab.stack(node, netns, []))
    const strange = stack?.neighbours.find(
      ({ address, mac }) => !own.includes(address) && ends.some(end => end.mac === mac?.toLowerCase()),
    )
    const end = ends.find(({ mac }) => mac === strange?.mac?.toLowerCase())
    if (!strange || !end) return undefined
    const place = end.netns === undefined ? end.node : `netns ${end.netns}`
    return {
      where: end.netns === undefined ? `${end.node} · ${end.device}` : `${end.node} · ${place}`,
      saw: text(
        `${end.device} in ${end.netns ?? end.node} has the MAC ${end.mac}, which is that of ${strange.address} outside of the lab as well: bridges send what is for it to whoever of the two spoke last`,
        `${end.netns ?? end.node} 裡的 ${end.device} 的 MAC 位址是 ${end.mac}，但實驗環境外的 ${strange.address} 也是這個位址：兩者之中誰最後送出封包，bridge 就把給這個位址的訊框送往誰`,
      ),
      tryThis: on(node, netns === undefined ? 'ip neigh show' : `sudo ip -n ${netns} neigh show`),
      cause: 'mac-twice',
    }
  })
}
