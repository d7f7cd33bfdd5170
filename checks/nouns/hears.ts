import type { KernelFacts, Link } from '../../harness/look/evidence.ts'
import { chassisSetting, plugs } from '../../harness/look/integration-bridge.ts'
import { mayBeRenamed } from '../../harness/look/internal-port.ts'
import type { OvsDatabase } from '../../harness/look/lab.ts'

/** A socket of a process: the name of its namespace, absent for the node's own; the links there, and the one it is bound to, if it is. */
interface Listening {
  netns?: string
  links: Link[]
  device?: string
}

/** Whether packets of Open vSwitch's bridges get to a socket of the node. */
export function hears({ netns, links, device }: Listening, ovs: OvsDatabase, node: KernelFacts): boolean {
  const { bridges, interfaces } = ovs
  // What the kernel's datapath takes from a link does not come to the node's own sockets (ovs-vswitchd.conf.db(5), type).
  const isTaken = netns === undefined && !node.datapath?.some(({ datapath }) => datapath.startsWith('netdev'))
  const plugged = plugs(ovs)
    .filter(
      ({ bridge, iface }) =>
        (!isTaken || iface.type === 'internal') &&
        !(netns === undefined && isOfUnderlay(bridge.name, ovs, node)),
    )
    .map(({ iface }) => iface.name)
    // A bridge's own interface bears its name; OVN sends nothing there.
    .filter(name => !bridges.some(bridge => bridge.name === name))
  return links.some(link => {
    // An end whose peer is in another namespace has it there: numbers of links may be the same in several.
    const isHere = ({ peerNetnsId }: Link) => (peerNetnsId === undefined) === (netns === undefined)
    const other = node.links.find(
      one => one.index === link.peerIndex && one.peerIndex === link.index && isHere(link) && isHere(one),
    )
    // An internal port that was put into a namespace has no peer.
    const names = netns === undefined || !other ? [link.name, other?.name] : [other.name]
    const isPlugged =
      names.some(name => plugged.includes(name ?? '')) ||
      (netns !== undefined && mayBeRenamed(link, interfaces, node))
    return (device === undefined || device === link.name) && isPlugged
  })
}

/** A bridge that has the address of the node's tunnels, and is joined to no other: what it carries of a switch is in Geneve. */
const isOfUnderlay = (name: string, ovs: OvsDatabase, { links }: KernelFacts): boolean =>
  links.some(
    link => link.name === name && link.addresses.some(({ address }) => encapIps(ovs).includes(address)),
  ) && !plugs(ovs).some(({ bridge, iface }) => bridge.name === name && iface.type === 'patch')

const encapIps = (ovs: OvsDatabase): string[] =>
  (chassisSetting(ovs, 'ovn-encap-ip') ?? '').split(',').map(one => one.trim())
