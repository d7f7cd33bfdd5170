import type { KernelFacts, Link } from '../../harness/look/evidence.ts'
import {
  integrationBridgeName,
  isKernelLink,
  type Plug,
  plugs,
} from '../../harness/look/integration-bridge.ts'
import type { OvsDatabase } from '../../harness/look/lab.ts'

/** Where a frame gets to without Open vSwitch's integration bridge. */
export interface Reached {
  /** Links of the node and of its namespaces, the first one among them. */
  links: Link[]
  /** Interfaces of Open vSwitch; those in the integration bridge are ends, what is behind them OVN decides. */
  plugs: Plug[]
  /** A cable of which nobody here has the other end. */
  isLost: boolean
}

/** Links that hold others and pass on what one of them gets (ip-link(8), TYPES). */
const HOLDERS = ['bridge', 'bond', 'team']
/** Links that share what another one gets. */
const SHARERS = /^(macvlan|macvtap|ipvlan|ipvtap|vlan|macsec)$/

interface Spot {
  link: Link
  /** All links of its namespace. */
  space: Link[]
}

/** The links of a node, and those of each of its namespaces. */
export const spacesOf = ({ links, netns, netnsUnnamed = [] }: KernelFacts): Link[][] => [
  links,
  ...Object.values(netns),
  ...netnsUnnamed,
]

/**
 * What a link is joined with, for frames: by cables between namespaces, by Linux bridges, by what shares a link, and by bridges of
 * Open vSwitch other than the integration bridge, with the patch ports between them. `space`: the links of its namespace.
 */
export function reachedFrom(
  { link, space }: Spot,
  facts: KernelFacts,
  ovs: OvsDatabase | undefined,
): Reached {
  const { links: own } = facts
  const spaces = spacesOf(facts)
  const cabled = ovs ? plugs(ovs) : []
  const end = ovs && integrationBridgeName(ovs)
  const reached: Reached = { links: [], plugs: [], isLost: false }
  const others = (here: Link[]) => spaces.filter(one => one !== here)
  const find = (where: Link[][], isIt: (one: Link) => boolean): Spot[] =>
    where.flatMap(links => links.filter(isIt).map(found => ({ link: found, space: links })))

  /** Across a namespace's border, or within it: numbers of links may be the same in several. */
  const beyond = (from: Spot, isIt: (one: Link) => boolean): Spot[] =>
    find(from.link.peerNetnsId === undefined ? [from.space] : others(from.space), isIt).slice(0, 1)

  const plugsAt = ({ link: { name }, space: here }: Spot): Plug[] =>
    cabled.filter(
      ({ iface }) =>
        iface.name === name &&
        (here === own || (iface.type === 'internal' && !own.some(one => one.name === name))),
    )
  const linksAt = ({ iface: { name, type } }: Plug): Spot[] => {
    const ofNode = find([own], one => one.name === name)
    const isMoved = type === 'internal' && ofNode.length === 0
    return isKernelLink({ type }) || !isMoved ? ofNode : find(others(own), one => one.name === name)
  }

  const cross = (plug: Plug): Spot[] => {
    if (reached.plugs.includes(plug)) return []
    reached.plugs.push(plug)
    if (plug.bridge.name === end) return []
    const { peer } = plug.iface.type === 'patch' ? plug.iface.options : {}
    const next = cabled.filter(({ bridge, iface }) => bridge === plug.bridge || iface.name === peer)
    return [...linksAt(plug), ...next.flatMap(cross)]
  }

  const around = (spot: Spot): Spot[] => {
    const { link: at, space: here } = spot
    const { kind = '', index, peerIndex, lowerIndex, master } = at
    const found: Spot[] = plugsAt(spot).flatMap(cross)
    if (kind === 'veth') {
      const peers = beyond(spot, one => one.index === peerIndex && one.peerIndex === index)
      if (peers.length === 0) reached.isLost = true
      found.push(...peers)
    }
    const isHolder = (one: Link) => HOLDERS.includes(one.kind ?? '')
    found.push(...find([here], one => one.name === master && isHolder(one)))
    if (isHolder(at)) found.push(...find([here], one => one.master === at.name))
    if (SHARERS.test(kind)) found.push(...beyond(spot, one => one.index === lowerIndex))
    const shares = (one: Link) => SHARERS.test(one.kind ?? '') && one.lowerIndex === index
    found.push(...find([here], one => shares(one) && one.peerNetnsId === undefined))
    found.push(...find(others(here), one => shares(one) && one.peerNetnsId !== undefined))
    return found
  }

  const visit = (spot: Spot): void => {
    if (reached.links.includes(spot.link)) return
    reached.links.push(spot.link)
    around(spot).forEach(visit)
  }
  visit({ link, space })
  return reached
}
