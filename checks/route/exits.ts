import { isInPrefix } from '../../harness/core/prefix.ts'
import type { Link } from '../../harness/look/evidence.ts'
import {
  chassisSetting,
  integrationBridgeName,
  isKernelLink,
  type Plug,
  plugs,
} from '../../harness/look/integration-bridge.ts'
import type { Lab, OvsDatabase } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { arePair } from '../../harness/look/veth.ts'
import type { Post } from './route.ts'

/** Where packets leave a node: by its physical links if that is where they are to go and there are any, else by its tunnels. */
export async function exitOf(lab: Lab, node: string, isOutward: boolean): Promise<Post> {
  const ovs = await lab.ovs(node)
  const underlay = await underlayOf(lab, node, ovs)
  const { links } = await lab.kernel(node)
  const physical = physicalOf(ovs, underlay, links)
  const post = { id: `exit ${node}`, kind: 'exit' as const, node }
  return isOutward && physical.length > 0
    ? { ...post, ...bonded(ovs, links, physical), underlay }
    : { ...post, ...bonded(ovs, links, underlay), underlay: [], isTunnel: true as const }
}

/**
 * The same towards an address that the node itself has, by a port of Open vSwitch on the way out: packets go in there, and leave by no
 * link. Where it is known who else is outside, none of those has it.
 */
export async function exitTowards(lab: Lab, exit: Post, address: string): Promise<Post> {
  const { node, links: out } = exit
  if (lab.wires?.outside?.includes(address) !== false) return exit
  const [ovs, { links }] = await Promise.all([lab.ovs(node), lab.kernel(node)])
  const all = plugs(ovs)
  const bridges = all.filter(({ iface }) => out.includes(iface.name)).map(({ bridge }) => bridge.name)
  const own = all.find(
    ({ bridge, iface }) =>
      iface.type === 'internal' &&
      bridges.includes(bridge.name) &&
      links.some(
        ({ name, addresses }) => name === iface.name && addresses.some(one => one.address === address),
      ),
  )
  return own ? { ...exit, links: [own.iface.name], row: own.iface.name } : exit
}

/** Where packets of an end beside OVN leave its node: by the links that lead out of its bridge, or of one that it is joined to. */
export async function exitBeside(lab: Lab, node: string, bridge: string): Promise<Post> {
  const [ovs, { links, netns }] = await Promise.all([lab.ovs(node), lab.kernel(node)])
  const joined = joinedTo(ovs, bridge)
  const inner = Object.values(netns).flat()
  const isCable = (name: string) =>
    links.some(link => link.name === name && inner.some(end => arePair(end, link)))
  const out = plugs(ovs)
    .filter(plug => joined.has(plug.bridge.name) && isOfKernel(plug, links))
    .map(({ iface }) => iface.name)
    .filter(name => !isCable(name))
  const post = { id: `exit ${node}`, kind: 'exit' as const, node, underlay: [], mayBeTagged: true as const }
  if (out.length > 0) return { ...post, ...bonded(ovs, links, out) }
  // Where none is joined, it is one that should be.
  const beside = plugs(ovs).filter(
    plug => plug.bridge.name !== integrationBridgeName(ovs) && isOfKernel(plug, links),
  )
  return { ...post, links: beside.map(({ iface }) => iface.name).filter(name => !isCable(name)) }
}

/** Kinds of the kernel's links that send each packet by one of several others (ip-link(8)). */
const BONDS = ['bond', 'team']

/** The links that lead out, and the bond that they are members of: one of Open vSwitch, or one of the kernel, with its members. */
function bonded(ovs: OvsDatabase, links: Link[], out: string[]): Pick<Post, 'links' | 'bond'> {
  const ports = plugs(ovs).filter(({ iface }) => out.includes(iface.name))
  const [first] = ports
  if (out.length > 1 && first && ports.every(({ port }) => port.name === first.port.name))
    return { links: out, bond: first.port.name }
  const [only = '', ...others] = out
  const isBond = links.some(({ name, kind = '' }) => name === only && BONDS.includes(kind))
  if (others.length > 0 || !isBond) return { links: out }
  const members = links.filter(({ master }) => master === only).map(({ name }) => name)
  return { links: [only, ...members], bond: only }
}

/**
 * The kernel's links that lead a node's packets out: those in a bridge that Open vSwitch has joined to the integration bridge,
 * whatever a key says that OVN has not taken up yet; where none is joined, those in a mapped bridge, else in any.
 */
function physicalOf(ovs: OvsDatabase, underlay: string[], kernel: Link[]): string[] {
  const links = plugs(ovs).filter(
    plug =>
      plug.bridge.name !== integrationBridgeName(ovs) &&
      isOfKernel(plug, kernel) &&
      plug.iface.external_ids['iface-id'] === undefined,
  )
  const joined = joinedTo(ovs, integrationBridgeName(ovs))
  const patched = links.filter(({ bridge }) => joined.has(bridge.name))
  const beside = links.filter(({ iface }) => !underlay.includes(iface.name))
  const mapped = (chassisSetting(ovs, 'ovn-bridge-mappings') ?? '')
    .split(',')
    .map(pair => pair.split(':').at(-1)!.trim())
  // A bridge that holds the underlay's link may be joined as well; packets leave by it where there is no other.
  const patchedBeside = patched.filter(plug => beside.includes(plug))
  const meant = beside.filter(({ bridge }) => mapped.includes(bridge.name))
  return (
    [patchedBeside, patched, meant, beside].find(found => found.length > 0)?.map(({ iface }) => iface.name) ??
    []
  )
}

/** A link that Open vSwitch cannot use, since its row has the type of one that it would make, is the way out all the same. */
const isOfKernel = ({ iface }: Plug, kernel: Link[]): boolean =>
  isKernelLink(iface) || (iface.error.length > 0 && kernel.some(({ name }) => name === iface.name))

/** The bridges that patch ports lead to from a bridge, over others too. What is labelled for a logical port leads to machines, as a cable does. */
export function joinedTo(ovs: OvsDatabase, start: string): Set<string> {
  const patches = plugs(ovs).filter(({ iface }) => iface.type === 'patch' && !iface.external_ids['iface-id'])
  const joined = new Set([start])
  for (const bridge of joined)
    for (const { iface } of patches.filter(one => one.bridge.name === bridge)) {
      const peer = patches.find(one => one.iface.name === iface.options.peer)
      if (peer?.iface.options.peer === iface.name) joined.add(peer.bridge.name)
    }
  return joined
}

/**
 * The links that carry the node's tunnels: the one with its address, or what is in the bridge that has it. Where none has
 * the address that the node announces, it is the one that the other nodes' addresses are reached by.
 */
async function underlayOf(lab: Lab, node: string, ovs: OvsDatabase): Promise<string[]> {
  const { links } = await lab.kernel(node)
  const announced = encapIps(ovs)
  const meant = links.filter(link => link.addresses.some(({ address }) => announced.includes(address)))
  const others = lab.nodes.filter(name => name !== node)
  const peers = meant.length > 0 ? [] : await Promise.all(others.map(name => unlessBlind(lab.ovs(name))))
  const near = peers.flatMap(peer => (peer ? encapIps(peer) : []))
  const isNear = ({ addresses }: Link) =>
    addresses.some(({ address, prefixLength }) =>
      near.some(ip => isInPrefix(ip, `${address}/${prefixLength}`)),
    )
  const own = meant.length > 0 ? meant : links.filter(isNear)
  const all = plugs(ovs)
  return own.flatMap(({ name }) => {
    const inBridge = all.filter(({ bridge, iface }) => bridge.name === name && isKernelLink(iface))
    return inBridge.length > 0 ? inBridge.map(({ iface }) => iface.name) : [name]
  })
}

const encapIps = (ovs: OvsDatabase): string[] =>
  (chassisSetting(ovs, 'ovn-encap-ip') ?? '').split(',').map(one => one.trim())
