import { isIPv4 } from 'node:net'
import { isDeclaredBy } from '../../harness/look/declared-macs.ts'
import type { Link } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import type { Endpoint } from './endpoint.ts'

/** A namespace that stands for a virtual machine, and is given its address: nobody knows beforehand which. */
export interface Guest {
  node: string
  netns: string
}

/** The network that gives addresses. */
export interface Subnet {
  cidr: string
  router: string
}

/** The address that ovn-northd chose for a port (ovn-nb(5), dynamic_addresses). */
export const assignedTo = ({ dynamic_addresses }: LogicalSwitchPort): string | undefined =>
  dynamic_addresses.flatMap(words => words.split(/\s+/)).find(word => isIPv4(word))

/**
 * Guests as endpoints, in the same order: the link of each that a logical switch port declares, or else the first that is
 * not lo; with the address that was assigned, if it is there, or else what it has. One without a link has no device.
 */
export async function endpointsOf(lab: Lab, guests: Guest[]): Promise<Endpoint[]> {
  const { ports } = await lab.northbound()
  return Promise.all(
    guests.map(async ({ node, netns }) => {
      const { netns: namespaces } = await lab.kernel(node)
      const links = namespaces[netns]?.filter(({ name }) => name !== 'lo') ?? []
      const declaring = (link: Link) => ports.filter(port => port.type === '' && isDeclaredBy(port, link.mac))
      const link = links.find(one => declaring(one).length > 0) ?? links[0]
      const own = link?.addresses.filter(({ family }) => family === 'inet') ?? []
      const assigned = link ? declaring(link).map(assignedTo) : []
      const has = own.find(({ address }) => assigned.includes(address)) ?? own[0]
      return {
        node,
        netns,
        address: has?.address ?? '',
        prefixLength: has?.prefixLength ?? 0,
        device: link?.name ?? '',
      }
    }),
  )
}
