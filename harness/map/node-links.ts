import type { KernelFacts, Link } from '../look/evidence.ts'
import { chassisSetting, isKernelLink, type Plug, plugs } from '../look/integration-bridge.ts'
import type { OvsDatabase } from '../look/lab.ts'
import { arePair } from '../look/veth.ts'
import type { Topology } from '../topology/topology.ts'
import type { NodeFacts } from './facts.ts'
import { byNumber } from './order.ts'

/** A namespace of a node that holds more than its loopback. */
export interface Namespace {
  name: string
  /** How many of those without a name come before it; absent where it has one. */
  unnamed?: number
  links: Link[]
}

/** The namespaces of a node, by name; other names of its own are none. */
export function namespacesOf({ netns, netnsOfNode = [], netnsUnnamed = [] }: KernelFacts): Namespace[] {
  const named = Object.entries(netns)
    .filter(([name]) => !netnsOfNode.includes(name))
    .map(([name, links]) => ({ name, links }))
    .sort((one, other) => byNumber(one.name, other.name))
  const unnamed = netnsUnnamed.map((links, at) => ({ name: '', unnamed: at + 1, links }))
  return [...named, ...unnamed.filter(({ links }) => links.some(({ name }) => name !== 'lo'))]
}

/** Links that datapaths of Open vSwitch make for themselves (ovs-vswitchd(8)). */
const OF_DATAPATH = /^(ovs-netdev|ovs-system|genev_sys_|vxlan_sys_|gre_sys|erspan_sys|ovs-gre|ovs-ip6)/

/** Links of a node that lead out of it, or are meant to: neither an end of a pair with a namespace of it, nor made by software. */
export function physicalLinks(
  { links, ...kernel }: KernelFacts,
  { interfaces }: Pick<OvsDatabase, 'interfaces'>,
): Link[] {
  const inside = namespacesOf({ links, ...kernel }).flatMap(one => one.links)
  // Two links that number each other are a pair in one namespace only where neither says that its other end is elsewhere.
  const isPairHere = (one: Link, other: Link) =>
    arePair(one, other) && one.peerNetnsId === undefined && other.peerNetnsId === undefined
  const isInternal = (name: string) => interfaces.some(one => one.name === name && one.type === 'internal')
  return links.filter(link => {
    if (link.name === 'lo' || OF_DATAPATH.test(link.name) || isInternal(link.name)) return false
    if (link.kind === undefined) return true
    // A container’s own interface is a pair whose other end is beyond the node.
    return (
      link.kind === 'veth' &&
      link.peerNetnsId !== undefined &&
      !inside.some(other => arePair(link, other)) &&
      !links.some(other => other !== link && isPairHere(link, other))
    )
  })
}

/** Other links of a node’s own namespace: what hangs in a bridge, or could. */
export function loosePlugs(kernel: KernelFacts, ovs: Pick<OvsDatabase, 'interfaces'>): Link[] {
  const physical = physicalLinks(kernel, ovs)
  const isOfOvs = (name: string) => ovs.interfaces.some(one => one.name === name && !isKernelLink(one))
  return kernel.links.filter(
    link =>
      link.name !== 'lo' &&
      link.kind !== 'bridge' &&
      !OF_DATAPATH.test(link.name) &&
      !physical.includes(link) &&
      !isOfOvs(link.name),
  )
}

/** Interfaces in bridges that are neither these bridges' own nor lead to other bridges and nodes, whether the kernel has them or not. */
export const looseInterfaces = (ovs: OvsDatabase): Plug[] =>
  plugs(ovs).filter(
    ({ bridge, iface }) =>
      iface.name !== bridge.name && iface.type !== 'patch' && iface.options.remote_ip === undefined,
  )

/** What a link of a node is for, by what is configured, else by the topology. */
export type LinkRole = 'management' | 'underlay' | 'physical'

/** The part of a link in its lab: the one that bears tunnels, those to physical networks, the one to get in by. */
export function roleOf({ kernel, ovs }: NodeFacts, name: string, topology?: Topology): LinkRole {
  const bridge = ovs && plugs(ovs).find(({ iface }) => iface.name === name)?.bridge.name
  const encapIps = (ovs && chassisSetting(ovs, 'ovn-encap-ip'))?.split(',') ?? []
  const bearers =
    kernel?.links.filter(link => link.addresses.some(({ address }) => encapIps.includes(address))) ?? []
  const known = topology?.links[name]?.role
  if (known) return known
  if (bearers.some(link => link.name === name || link.name === bridge)) return 'underlay'
  const own = kernel?.links
    .find(link => link.name === name)
    ?.addresses.some(({ family }) => family === 'inet')
  return bridge === undefined && own ? 'management' : 'physical'
}
