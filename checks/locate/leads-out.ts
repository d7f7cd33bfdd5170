import type { KernelFacts, Link } from '../../harness/look/evidence.ts'

/** Kinds of links that put what they are given into packets of their own, for another machine (ip-link(8)). */
const TUNNELS =
  /^(vxlan|geneve|bareudp|wireguard|tun|l2tp|ipip|sit|vti|vti6|gre|gretap|erspan|ip6gre|ip6gretap|ip6erspan|ip6tnl)$/

/**
 * Whether what is sent by a link of a node, or of a namespace on it, may leave the node: it is a physical one or a tunnel, one
 * end of a cable whose other end is in no namespace of the node, or it stands on one of these.
 */
export function leadsOut(facts: KernelFacts, link: Link): boolean {
  const { name, kind, index, peerIndex, lowerIndex } = link
  if (kind === undefined) return name !== 'lo'
  if (TUNNELS.test(kind)) return true
  const all = [facts.links, ...Object.values(facts.netns)].flat()
  if (kind === 'veth') return !all.some(one => one.index === peerIndex && one.peerIndex === index)
  const lower = lowerIndex === undefined ? undefined : facts.links.find(one => one.index === lowerIndex)
  return lower !== undefined && lower !== link && leadsOut(facts, lower)
}
