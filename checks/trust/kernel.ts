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
  const find = (is: (other: Link) => boolean) => links.find(is)
  return links.flatMap((link, at) => {
    const { name, index, peerIndex, peerNetnsId, kind, master } = link
    const twin = find(other => other !== link && (other.index === index || other.name === name))
    if (twin && links.indexOf(twin) < at)
      return [
        text(
          `${place}: two interfaces have the name ${name} or the number ${index}`,
          `${place}：有兩個介面的名稱是 ${name} 或編號是 ${index}`,
        ),
      ]
    if (master !== undefined && !find(other => other.name === master))
      return [
        text(
          `${place}: ${name} is said to be in ${master}, which is not there`,
          `${place}：據稱 ${name} 屬於 ${master}，但並沒有這個介面`,
        ),
      ]
    const peer = kind === 'veth' && peerNetnsId === undefined && find(other => other.index === peerIndex)
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
