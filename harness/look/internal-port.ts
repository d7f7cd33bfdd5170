import type { Interface, LogicalSwitchPort } from '../ovsdb/tables.ts'
import { isDeclaredBy } from './declared-macs.ts'
import type { KernelFacts, Link } from './evidence.ts'

type Ports = Pick<LogicalSwitchPort, 'name' | 'addresses' | 'dynamic_addresses'>[]

/** What the kernel calls the link of an internal port: of its own datapath, and of the one in user space. */
const KINDS = ['openvswitch', 'tun']

/** The link may be one that Open vSwitch made: it is no end of a pair, and of such a kind where the system tells kinds. */
const mayBeInternal = ({ name, kind, peerIndex }: Link) =>
  name !== 'lo' && peerIndex === undefined && (kind === undefined || KINDS.includes(kind))

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
  if (iface.type !== 'internal' || !mayBeInternal(link)) return false
  if (iface.name === link.name) return !facts.links.some(({ name }) => name === iface.name)
  const id = iface.external_ids['iface-id']
  return isRenamed(iface, facts) && ports.some(port => port.name === id && isDeclaredBy(port, link.mac))
}

/** Whether a link of a namespace may be an internal port that got another name there; which one, nothing needs to tell. */
export const mayBeRenamed = (link: Link, interfaces: Interface[], facts: KernelFacts): boolean =>
  link.kind !== undefined && mayBeInternal(link) && interfaces.some(iface => isRenamed(iface, facts))
