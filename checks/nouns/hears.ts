import type { KernelFacts, Link } from '../../harness/look/evidence.ts'
import { holdersOf } from '../../harness/look/holding.ts'
import { integrationBridgeName, type Plug } from '../../harness/look/integration-bridge.ts'
import { mayBeRenamed } from '../../harness/look/internal-port.ts'
import type { Lab, OvsDatabase } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { reachedFrom } from './cabling.ts'
import type { Endpoint } from './endpoint.ts'
import { localnetPortsOf } from './localnet-ports.ts'
import { portsOf } from './ports-of.ts'

/** A socket of a process: the name of its namespace, absent for the node's own; the links there, and the one it is bound to, if it is. */
interface Listening {
  netns?: string
  links: Link[]
  device?: string
}

/** Whether a plug of the integration bridge may be on the switch that is asked for. */
export type IsOn = (plug: Plug) => boolean

/** Whether what the switch sends to everybody gets to a socket of the node, by whatever cables, bridges and links. */
export function hears(
  { netns, links, device }: Listening,
  ovs: OvsDatabase,
  node: KernelFacts,
  isOn: IsOn,
): boolean {
  const end = integrationBridgeName(ovs)
  // What the kernel's datapath takes from a link does not come to the node's own sockets (ovs-vswitchd.conf.db(5), type).
  const isTaken = netns === undefined && !node.datapath?.some(({ datapath }) => datapath.startsWith('netdev'))
  const space = spaceOf(netns, links, node)
  const leads = (link: Link): boolean => {
    if (netns !== undefined && mayBeRenamed(link, ovs.interfaces, node)) return true
    const { plugs } = reachedFrom({ link, space }, node, ovs)
    return plugs.some(
      plug =>
        plug.bridge.name === end &&
        // The bridge's own interface bears its name; OVN sends nothing there.
        plug.iface.name !== end &&
        !(isTaken && plug.iface.name === link.name && plug.iface.type !== 'internal') &&
        isOn(plug),
    )
  }
  return space.some(link => (device === undefined || device === link.name) && leads(link))
}

/** The links of the namespace as the kernel facts have them, which know their way on. */
const spaceOf = (netns: string | undefined, links: Link[], node: KernelFacts): Link[] => {
  if (netns === undefined) return node.links
  const isIt = (space: Link[]) =>
    space.length === links.length &&
    links.every(({ index, mac }) => space.some(one => one.index === index && one.mac === mac))
  return node.netns[netns] ?? node.netnsUnnamed?.find(isIt) ?? links
}

/**
 * Which plugs may be on a switch of the endpoints: all but those whose logical port is known to be on another one. Switches that
 * have a localnet port may have the same network behind it.
 */
export async function mayBeOnSwitchOf(lab: Lab, endpoints: Endpoint[]): Promise<IsOn> {
  const northbound = await unlessBlind(lab.northbound())
  const own = await unlessBlind(Promise.all(endpoints.map(one => portsOf(lab, one))))
  if (!northbound || !own) return () => true
  const { switches, ports } = northbound
  const ours = holdersOf(switches, ...own.flat())
  const isOpen = localnetPortsOf(ports, ...ours).length > 0
  return ({ port, iface }) => {
    const id = iface.external_ids['iface-id'] ?? port.external_ids['ovn-localnet-port']
    const on = holdersOf(switches, ...ports.filter(({ name }) => name === id))
    return (
      on.length === 0 ||
      on.some(one => ours.includes(one) || (isOpen && localnetPortsOf(ports, one).length > 0))
    )
  }
}
