import type { KernelFacts, Link } from '../../harness/look/evidence.ts'
import { mayBeRenamed } from '../../harness/look/internal-port.ts'
import type { OvsDatabase } from '../../harness/look/lab.ts'

/** A socket of a process: the name of its namespace, absent for the node's own; the links there, and the one it is bound to, if it is. */
interface Listening {
  netns?: string
  links: Link[]
  device?: string
}

/** Whether packets of Open vSwitch's bridges get to a socket of the node. */
export function hears(
  { netns, links, device }: Listening,
  { bridges, interfaces }: OvsDatabase,
  node: KernelFacts,
): boolean {
  // What the kernel's datapath takes from a link does not come to the node's own sockets (ovs-vswitchd.conf.db(5), type).
  const isTaken = netns === undefined && !node.datapath?.some(({ datapath }) => datapath.startsWith('netdev'))
  const plugged = interfaces
    .filter(({ type }) => !isTaken || type === 'internal')
    .map(({ name }) => name)
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
