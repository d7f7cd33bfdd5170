import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Break } from '../heard/bracket.ts'
import { on } from '../nouns/phrases.ts'
import { linksIn } from '../route/end.ts'

/** The link leads to no network, but into a namespace of the same node: a bridge has sent the packets the wrong way. */
export async function leadsInside(
  lab: Lab,
  node: string,
  name: string,
  { packet, before, frame }: Break,
): Promise<BrokenLink | undefined> {
  const facts = await lab.kernel(node)
  const outer = facts.links.find(link => link.name === name)
  const inner = linksIn(node, facts).find(
    ({ netns, link }) =>
      netns !== undefined && link.index === outer?.peerIndex && link.peerIndex === outer.index,
  )
  if (!inner) return undefined
  const { netns, link } = inner
  const isTwin = link.mac.toLowerCase() === frame?.destinationMac
  const [en, zhTW] = isTwin
    ? [`which has that MAC address as well (${link.mac})`, `它也有這個 MAC 位址（${link.mac}）`]
    : ['not to the physical network', '不是實體網路']
  return {
    where: `${node} · netns ${netns}`,
    saw: text(
      `${before} ${packet.kind} packets left ${node} through ${name}, which leads to ${link.name} in ${netns}, ${en}`,
      `有 ${before} 個 ${packet.kind} 從 ${node} 的 ${name} 送出，那裡通往 ${netns} 裡的 ${link.name}，${zhTW}`,
    ),
    tryThis: on(node, `sudo ip -n ${netns} link show ${link.name}`),
    cause: isTwin ? 'mac-twice' : 'mac-learnt-elsewhere',
  }
}
