import type { KernelFacts, Link } from '../../harness/look/evidence.ts'

/** Kinds of links that put what they are given into packets of their own, for another machine (ip-link(8)). */
const TUNNELS =
  /^(vxlan|geneve|bareudp|wireguard|tun|l2tp|ipip|sit|vti|vti6|gre|gretap|erspan|ip6gre|ip6gretap|ip6erspan|ip6tnl)$/

/**
 * Whether what is sent by a link of a node, or of a namespace on it, may leave the node: it is a physical one or a tunnel, one
 * end of a cable whose other end is in no namespace of the node or in a Linux bridge that leads out, or it stands on one of these.
 */
export function leadsOut(facts: KernelFacts, link: Link, passed: Link[] = []): boolean {
  const { name, kind, index, peerIndex, lowerIndex } = link
  if (passed.includes(link)) return false
  if (kind === undefined) return name !== 'lo'
  if (TUNNELS.test(kind)) return true
  const goesOn = (next: Link) => leadsOut(facts, next, [...passed, link])
  if (kind === 'veth') {
    const spaces = [facts.links, ...Object.values(facts.netns)]
    const isPeer = (one: Link) => one.index === peerIndex && one.peerIndex === index
    const there = spaces.find(links => links.some(isPeer))
    const master = there?.find(isPeer)?.master
    const bridge = there?.find(one => one.name === master && one.kind === 'bridge')
    return !there || (bridge !== undefined && there.some(one => one.master === master && goesOn(one)))
  }
  const lower = lowerIndex === undefined ? undefined : facts.links.find(one => one.index === lowerIndex)
  return lower !== undefined && goesOn(lower)
}
