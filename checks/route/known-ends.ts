import { CannotLook } from '../../harness/core/errors.ts'
import { isMac } from '../../harness/core/mac.ts'
import { macsOf } from '../../harness/look/declared-macs.ts'
import type { KernelFacts, Link } from '../../harness/look/evidence.ts'
import { integrationBridgeName, type Plug, plugs } from '../../harness/look/integration-bridge.ts'
import { isInternalPort } from '../../harness/look/internal-port.ts'
import type { Lab, OvsDatabase } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { arePair } from '../../harness/look/veth.ts'
import type { LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import { parentOf } from '../nouns/ports-of.ts'
import { spokenBy } from './end.ts'
import type { End } from './hop.ts'
import { beyondOf, carrierOf, nestedBehind } from './nested.ts'

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
  /** How OVN has it, where its cable is in another bridge of the node that leads to OVN's; what has one `segment` is together there. */
  beyond?: Required<Pick<End, 'plug' | 'logicalPort'>> &
    Pick<End, 'behind' | 'claimedBy'> & { segment: string }
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
    const claimed = plug?.bridge.name === integration ? plug.iface.external_ids['iface-id'] : undefined
    const nested = nestedBehind(ports, claimed, link)
    const logicalPort = nested ?? claimed
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
      ...(nested !== undefined && { claimedBy: plug!.iface.name, isTagged: true as const }),
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
        ...end(
          link,
          plug ?? shared ?? (loose ? undefined : carrierOf(ports, all, integration, link.mac)),
          netns,
        ),
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
      if (plug.iface.type === 'internal' && link && link.addresses.length > 0)
        return [{ ...end(link, plug), isInternal: true as const }]
      const id = plug.iface.external_ids['iface-id']
      if (!id || plug.bridge.name !== integration) return []
      return [end({ name: plug.iface.name, ...declared(ports, id) }, plug)]
    })
  const own = [...inside.map(one => ({ ...one, ...beyondOf(one, all, integration, ports) })), ...onNode]
  // Of what is nested in a virtual machine its interface is known alone.
  const nested = own.flatMap(({ plug, logicalPort, isTagged }) => {
    const carrier = isTagged ? undefined : all.find(({ iface }) => iface.name === plug)
    return ports
      .filter(port => logicalPort !== undefined && parentOf(port) === logicalPort)
      .filter(
        ({ name }) => carrier && !own.some(one => (one.beyond?.logicalPort ?? one.logicalPort) === name),
      )
      .map(({ name }) => ({
        ...end({ name: plug!, ...declared(ports, name) }, carrier),
        ...{ logicalPort: name, claimedBy: plug!, isTagged: true as const, isBehindOther: true as const },
      }))
  })
  return [...own, ...nested]
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
    .find(([mac]) => isMac(mac ?? ''))
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
