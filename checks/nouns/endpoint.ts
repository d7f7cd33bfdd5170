import type { Link } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'

/** A namespace that stands for a virtual machine: where it is, and the address it has. */
export interface Endpoint {
  node: string
  netns: string
  address: string
  prefixLength: number
  /** Its link, where that is known otherwise than by the address. */
  device?: string
  /** It is a port of a logical router instead, which has the address; `netns` names it, `node` is where it leads out of OVN. */
  isRouter?: true
  /** Its logical port is a localport: every node has a namespace of its own behind it, under one address and one MAC address. */
  isLocal?: true
}

/**
 * Links that a link of a namespace sends by, itself the first: members of it where it is a bridge or a bond, the link
 * it stands on where it is a VLAN or a macvlan, and so on down.
 */
export function sendingLinks(links: Link[], from: Link): Link[] {
  const found = [from]
  for (const upper of found)
    for (const link of links) {
      const isBelow =
        link.master === upper.name || (link.index === upper.lowerIndex && upper.peerNetnsId === undefined)
      if (isBelow && !found.includes(link)) found.push(link)
    }
  return found
}

/** The link inside the namespace that carries the endpoint’s address, or is known to be its, up or not; undefined where there is none. */
export async function linkOf(
  lab: Lab,
  { node, netns, address, device }: Endpoint,
): Promise<Link | undefined> {
  const { netns: namespaces } = await lab.kernel(node)
  return namespaces[netns]?.find(link =>
    device === undefined ? link.addresses.some(has => has.address === address) : link.name === device,
  )
}
