import { type Text, text } from '../../harness/core/text.ts'
import type { KernelFacts, Link } from '../../harness/look/evidence.ts'

/** What no kernel says of its links, whatever was done with them (rtnetlink(7)). */
export function kernelContradictions(node: string, { links, netns }: KernelFacts): Text[] {
  return [
    ...linkContradictions(node, links),
    ...Object.entries(netns).flatMap(([name, inside]) => linkContradictions(`${node} · ${name}`, inside)),
  ]
}

function linkContradictions(place: string, links: Link[]): Text[] {
  const [byIndex, byName] = [firstBy(links, 'index'), firstBy(links, 'name')]
  return links.flatMap(link => {
    const { name, index, peerIndex, peerNetnsId, kind, master } = link
    if (byIndex.get(index) !== link || byName.get(name) !== link)
      return [
        text(
          `${place}: two interfaces have the name ${name} or the number ${index}`,
          `${place}：有兩個介面的名稱是 ${name} 或編號是 ${index}`,
        ),
      ]
    if (master !== undefined && !byName.has(master))
      return [
        text(
          `${place}: ${name} is said to be in ${master}, which is not there`,
          `${place}：據稱 ${name} 屬於 ${master}，但並沒有這個介面`,
        ),
      ]
    const peer = kind === 'veth' && peerNetnsId === undefined && byIndex.get(peerIndex ?? -1)
    if (peer && peer.peerNetnsId === undefined && peer.peerIndex !== index)
      return [
        text(
          `${place}: ${peer.name} is said to be the other end of ${name}, but not ${name} that of ${peer.name}`,
          `${place}：據稱 ${name} 的另一端是 ${peer.name}，但 ${peer.name} 的另一端不是 ${name}`,
        ),
      ]
    return []
  })
}

/** The first link with each number, or each name. */
function firstBy<Key extends 'index' | 'name'>(links: Link[], key: Key): Map<Link[Key], Link> {
  return new Map([...links].reverse().map(link => [link[key], link]))
}
