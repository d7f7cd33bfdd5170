import { type Text, text } from '../../harness/core/text.ts'
import type { KernelFacts, Link } from '../../harness/look/evidence.ts'

/** Kinds of links that lead nowhere outside of the machine (ip-link(8)). */
const WITHIN = ['dummy', 'tun', 'ifb', 'bridge', 'openvswitch']
/** Kinds of links that wrap what they carry into packets of another link. */
const TUNNEL =
  /^(vxlan|geneve|wireguard|bareudp|xfrm|vti6?|ipip|sit|(ip6)?gre(tap)?|ip6tnl|(ip6)?erspan|l2tp\w*|ppp)$/

/** Why a link is no way to a physical network; undefined where it may be one, as the end of a lab's own cable. */
export function notPhysical(link: Link, { links, netns, netnsUnnamed = [] }: KernelFacts): Text | undefined {
  if (WITHIN.includes(link.kind ?? ''))
    return text(
      `${link.name} is an interface of kind ${link.kind}, which is not connected to anything outside this machine`,
      `${link.name} 是 ${link.kind} 類型的介面，通不到這台機器之外`,
    )
  if (TUNNEL.test(link.kind ?? ''))
    return text(
      `${link.name} is a tunnel (${link.kind}): its packets cross another interface, encapsulated`,
      `${link.name} 是 tunnel（${link.kind}）：它載送的封包會先封裝，再經過別的介面`,
    )
  if (link.kind !== 'veth' || link.peerIndex === undefined) return undefined
  const isPeer = (other: Link) =>
    other !== link && other.index === link.peerIndex && other.peerIndex === link.index
  const here = link.peerNetnsId === undefined ? links.find(isPeer) : undefined
  const inside = Object.entries(netns).flatMap(([name, own]) =>
    own
      .filter(isPeer)
      .map(peer => text(`${peer.name} in namespace ${name}`, `namespace ${name} 裡的 ${peer.name}`)),
  )
  const unnamed = netnsUnnamed.flat().find(isPeer)
  const peer = here
    ? text(here.name, here.name)
    : (inside[0] ??
      (unnamed &&
        text(`${unnamed.name} in a namespace without a name`, `沒有名稱的 namespace 裡的 ${unnamed.name}`)))
  return (
    peer &&
    text(
      `${link.name} is one end of a veth pair whose other end is here too: ${peer.en}`,
      `${link.name} 是一對 veth 的其中一端，另一端也在這台機器上：${peer['zh-TW']}`,
    )
  )
}
