import type { Interface, LogicalSwitchPort } from '../ovsdb/tables.ts'
import { isDeclaredBy } from './declared-macs.ts'
import type { KernelFacts, Link } from './evidence.ts'

type Ports = Pick<LogicalSwitchPort, 'name' | 'addresses' | 'dynamic_addresses'>[]

/**
 * The link may be one that Open vSwitch made: it is no end of a pair, and of a kind that the kernel has for internal ports, of its
 * own datapath or of the one in user space, where the system tells kinds. Virtual machines and VPNs have taps as well: which are
 * those of ovs-vswitchd, the kernel tells of its open files.
 */
function mayBeInternal({ name, kind, peerIndex }: Link, { taps, datapath = [] }: KernelFacts): boolean {
  if (name === 'lo' || peerIndex !== undefined) return false
  if (kind !== 'tun') return kind === undefined || kind === 'openvswitch'
  const isInKernel = datapath.length > 0 && !datapath.some(port => port.datapath.startsWith('netdev'))
  return taps ? taps.includes(name) : !isInKernel
}

/**
 * An internal port (ovs-vswitchd.conf.db(5), Interface, type) whose name no link bears any more: it was moved into a namespace
 * and got another name there. Open vSwitch goes on to use it, and cannot tell what it is called.
 */
export const isRenamed = (
  { type, name, ofport }: Pick<Interface, 'type' | 'name' | 'ofport'>,
  { links, netns }: KernelFacts,
): boolean =>
  type === 'internal' &&
  (ofport[0] ?? -1) > 0 &&
  ![links, ...Object.values(netns)].flat().some(link => link.name === name)

/**
 * Whether a link of a namespace is the internal port that was moved there: the row bears its name, and the node itself has no link
 * of that name any more. One that got another name there is told by its MAC address, which the logical port that the row names
 * (`iface-id`) declares.
 */
export function isInternalPort(
  iface: Pick<Interface, 'type' | 'name' | 'ofport' | 'external_ids'>,
  link: Link,
  facts: KernelFacts,
  ports: Ports,
): boolean {
  if (iface.type !== 'internal' || !mayBeInternal(link, facts)) return false
  if (iface.name === link.name) return !facts.links.some(({ name }) => name === iface.name)
  const id = iface.external_ids['iface-id']
  return isRenamed(iface, facts) && ports.some(port => port.name === id && isDeclaredBy(port, link.mac))
}

/** Whether a link of a namespace may be an internal port that got another name there; which one, nothing needs to tell. */
export const mayBeRenamed = (link: Link, interfaces: Interface[], facts: KernelFacts): boolean =>
  link.kind !== undefined && mayBeInternal(link, facts) && interfaces.some(iface => isRenamed(iface, facts))
