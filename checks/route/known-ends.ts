import { CannotLook } from '../../harness/core/errors.ts'
import { macsOf } from '../../harness/look/declared-macs.ts'
import type { KernelFacts, Link } from '../../harness/look/evidence.ts'
import { integrationBridgeName, mayClaim, type Plug, plugs } from '../../harness/look/integration-bridge.ts'
import { isInternalPort } from '../../harness/look/internal-port.ts'
import type { Lab, OvsDatabase } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { arePair } from '../../harness/look/veth.ts'
import type { LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import { spokenBy } from './end.ts'
import type { End } from './hop.ts'

/** An inner link of an end, with all its addresses: each of them may be an end of a path. */
export interface KnownEnd extends Omit<End, 'address' | 'prefixLength'> {
  addresses: { address: string; prefixLength: number }[]
  /** The link of the node that leads to it, where that is in no bridge of Open vSwitch yet. */
  loose?: string
  /** The Linux bridge of the node that holds that link. */
  linuxBridge?: string
  /** The plug is an internal port of Open vSwitch that was moved into the namespace: it is the inner link itself. */
  isInternal?: true
  /** Its interface is there (an interface with an error, or without a number, claims no port). */
  isLive: boolean
  /** It hangs in a network of OVN, or is meant to: an address of it is no address of the world outside. */
  isOfOvn: boolean
  /** Another link of its namespace is the inner end of the cable. */
  isBehindOther?: true
  /** How OVN has it, where its cable is in another bridge of the node that leads to OVN's, as OpenStack's hybrid plug has it. */
  beyond?: Required<Pick<End, 'plug' | 'logicalPort' | 'behind'>>
}

/** All ends of a lab that can be named, and the nodes that did not answer. */
export interface KnownEnds {
  ends: KnownEnd[]
  blind: { node: string; why: CannotLook }[]
}

/** Looks for ends on every node; a node that does not answer is told, and the others go on. */
export async function knownEnds(lab: Lab): Promise<KnownEnds> {
  const ports = (await unlessBlind(lab.northbound()))?.ports ?? []
  const found = await Promise.all(
    lab.nodes.map(async node => {
      try {
        const [facts, ovs] = await Promise.all([lab.kernel(node), lab.ovs(node)])
        return { ends: endsOn(node, facts, ovs, ports), blind: [] }
      } catch (why) {
        if (why instanceof CannotLook) return { ends: [], blind: [{ node, why }] }
        throw why
      }
    }),
  )
  return { ends: found.flatMap(({ ends }) => ends), blind: found.flatMap(({ blind }) => blind) }
}

function endsOn(node: string, facts: KernelFacts, ovs: OvsDatabase, ports: LogicalSwitchPort[]): KnownEnd[] {
  const all = plugs(ovs)
  const integration = integrationBridgeName(ovs)
  // That of a metadata server is one of a localport.
  const words = new Set(ports.flatMap(port => port.addresses.flatMap(one => one.split(/\s+/))))
  const isWritten = (address: string) => words.has(address)
  const end = (link: Pick<Link, 'name' | 'mac' | 'addresses'>, plug?: Plug, netns?: string): KnownEnd => {
    const logicalPort = plug?.bridge.name === integration ? plug.iface.external_ids['iface-id'] : undefined
    const isDeclared = ports.some(port => macsOf(port).includes(link.mac.toLowerCase()))
    return {
      node,
      ...(netns !== undefined && { netns }),
      device: link.name,
      mac: link.mac,
      addresses: link.addresses.filter(({ address }) => !isOfLinkOnly(address) || isWritten(address)),
      speaksBy: spokenBy(netns === undefined ? [link] : (facts.netns[netns] ?? [])),
      ...(plug && { plug: plug.iface.name }),
      ...(logicalPort && { logicalPort }),
      isLive: !plug || (plug.iface.error.length === 0 && plug.iface.ofport[0] !== -1),
      isOfOvn: plug?.bridge.name === integration || isDeclared,
    }
  }
  const inside = Object.entries(facts.netns).flatMap(([netns, links]) => {
    const own = links.filter(({ name }) => name !== 'lo')
    const found = own.map(link => ({ link, ...outerOf(link, own, facts, all, ports) }))
    const [only, ...more] = found.filter(({ plug }) => plug)
    // What stands on another link, such as a VLAN, leaves by the one cable that there is.
    const shared = more.length === 0 ? only?.plug : undefined
    return found
      .filter(({ link }) => !own.some(upper => upper.name === link.master) || link.addresses.length > 0)
      .map(({ link, plug, loose }) => ({
        ...end(link, plug ?? shared, netns),
        ...(plug?.iface.type === 'internal' && { isInternal: true as const }),
        ...(!plug && !shared && loose && { loose: loose.name, ...holderOf(loose, facts.links) }),
        ...(!plug && shared && { isBehindOther: true as const }),
      }))
  })
  const isInside = (plug: Plug) => inside.some(one => one.plug === plug.iface.name)
  const onNode = all
    .filter(plug => !isInside(plug) && plug.iface.type !== 'patch')
    .flatMap(plug => {
      const link = facts.links.find(({ name }) => name === plug.iface.name)
      if (plug.iface.type === 'internal' && link && link.addresses.length > 0) return [end(link, plug)]
      const id = plug.iface.external_ids['iface-id']
      if (!id || plug.bridge.name !== integration) return []
      return [end({ name: plug.iface.name, ...declared(ports, id) }, plug)]
    })
  return [...inside.map(one => ({ ...one, ...beyondOf(one, all, integration, ports) })), ...onNode]
}

/** The interface of the port that has the MAC address of an end whose cable is in another bridge than OVN's. */
function beyondOf(
  { plug, loose, linuxBridge, isInternal, mac }: KnownEnd,
  all: Plug[],
  integration: string,
  ports: LogicalSwitchPort[],
): Pick<KnownEnd, 'beyond'> {
  const bridge = linuxBridge ?? all.find(({ iface }) => iface.name === plug)?.bridge.name
  const outer = isInternal ? plug : (plug ?? loose)
  const own = ports.find(port => macsOf(port).includes(mac.toLowerCase()) && port.parent_name.length === 0)
  const there = all.find(
    one =>
      one.bridge.name === integration && mayClaim(one) && one.iface.external_ids['iface-id'] === own?.name,
  )
  if (!own || !there || bridge === undefined || bridge === integration || outer === undefined) return {}
  return { beyond: { plug: there.iface.name, logicalPort: own.name, behind: { bridge, outer } } }
}

/** Loopback and link-local addresses lead nowhere. */
const isOfLinkOnly = (address: string) => /^(127\.|169\.254\.|::1$|fe[89ab][0-9a-f]:)/i.test(address)

/** The outer end of a link, or of a link it is the master of: where Open vSwitch has it, else its name. */
function outerOf(
  link: Link,
  own: Link[],
  facts: KernelFacts,
  all: Plug[],
  ports: LogicalSwitchPort[],
): { plug?: Plug; loose?: Link } {
  const inner = [link, ...own.filter(({ master }) => master === link.name)]
  const outer = facts.links.filter(one => inner.some(end => arePair(end, one)))
  const plug = all.find(
    ({ iface }) =>
      outer.some(({ name }) => name === iface.name) ||
      inner.some(one => isInternalPort(iface, one, facts, ports)),
  )
  if (plug) return { plug }
  return outer[0] ? { loose: outer[0] } : {}
}

function holderOf({ master }: Link, links: Link[]): { linuxBridge?: string } {
  const bridge = links.find(({ name, kind }) => name === master && kind === 'bridge')
  return bridge ? { linuxBridge: bridge.name } : {}
}

/** What is behind an interface that no namespace of ours holds, such as a virtual machine's: as OVN was told. */
function declared(ports: LogicalSwitchPort[], name: string): Pick<Link, 'mac' | 'addresses'> {
  const port = ports.find(one => one.name === name)
  const words = [
    ...(port?.addresses ?? []),
    ...(port?.dynamic_addresses ?? []),
    ...(port?.port_security ?? []),
  ]
    .map(one => one.trim().split(/\s+/))
    .find(([mac]) => /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(mac ?? ''))
  const [mac = '', ...addresses] = words ?? []
  return {
    mac,
    addresses: addresses.map(one => {
      const [address = '', length] = one.split('/')
      const isInet6 = address.includes(':')
      return {
        family: isInet6 ? 'inet6' : 'inet',
        address,
        prefixLength: Number(length ?? (isInet6 ? 64 : 24)),
      }
    }),
  }
}
