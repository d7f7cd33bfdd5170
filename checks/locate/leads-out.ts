import type { KernelFacts, Link } from '../../harness/look/evidence.ts'
import type { OvsDatabase } from '../../harness/look/lab.ts'
import { reachedFrom } from '../nouns/cabling.ts'

/** Kinds of links that put what they are given into packets of their own, for another machine (ip-link(8)). */
const TUNNELS =
  /^(vxlan|geneve|bareudp|wireguard|tun|l2tp|ipip|sit|vti|vti6|gre|gretap|erspan|ip6gre|ip6gretap|ip6erspan|ip6tnl)$/

/** The same of Open vSwitch (ovs-vswitchd.conf.db(5), Interface, type). */
const TUNNELS_OF_OVS = /^(geneve|vxlan|gre|erspan|ip6gre|ip6erspan|lisp|stt|bareudp|gtpu|srv6)$/

/**
 * Whether what is sent by a link of a namespace may leave the node without the integration bridge: by cables and bridges, it gets to
 * a physical link, to a tunnel, or to a cable whose other end is in no namespace of the node.
 */
export function leadsOut(
  facts: KernelFacts,
  ovs: OvsDatabase | undefined,
  link: Link,
  space: Link[] = facts.links,
): boolean {
  const { links, plugs, isLost } = reachedFrom({ link, space }, facts, ovs)
  const isOut = ({ name, kind }: Link) => (kind === undefined ? name !== 'lo' : TUNNELS.test(kind))
  // What Open vSwitch itself made is a tap of the node where its datapath is in user space.
  const isOwn = ({ name }: Link) =>
    plugs.some(({ iface }) => iface.name === name && iface.type === 'internal')
  return (
    isLost ||
    plugs.some(({ iface }) => TUNNELS_OF_OVS.test(iface.type)) ||
    links.some(one => isOut(one) && !isOwn(one))
  )
}
