/** What a link is for (topology.schema.json). */
export type Role = 'management' | 'underlay' | 'physical'

/** A network every node has a link on. */
export interface Link {
  role: Role
  /** Such as `192.168.33.0/24`. */
  subnet: string
  mtuBytes: number
  /** Who else is on it, beside the nodes; `number`: the last part of its address. */
  outside?: { number: number; databasePort?: number; beyond?: Beyond }
}

/** A network that who is outside is the router to; `number`: the last part of the address of the server there. */
export interface Beyond {
  subnet: string
  number: number
  /** TCP port at which it tells who asks from which address it was asked. */
  askerPort: number
}

/** The machines of a lesson, as topology.yaml has them. */
export interface Topology {
  /** By name, in the order of the links. */
  links: Record<string, Link>
  /** `number`: the last part of all addresses of a node. */
  nodes: Record<string, { number: number }>
  /** The node OVN's central databases and ovn-northd run on. */
  central: string
}

/** A link with its name. */
export interface NamedLink extends Link {
  name: string
}

/** The names of the nodes, in their order. */
export const nodeNames = ({ nodes }: Topology): string[] => Object.keys(nodes)

/** All links of a node, in their order; of one role, where it is told. */
export const linksOf = ({ links }: Topology, role?: Role): NamedLink[] =>
  Object.entries(links)
    .map(([name, link]) => ({ name, ...link }))
    .filter(link => role === undefined || link.role === role)

/** The one link for getting in, or between the chassis. */
export function linkFor(topology: Topology, role: 'management' | 'underlay'): NamedLink {
  const [link] = linksOf(topology, role)
  if (!link) throw new TypeError(`no ${role} link: a topology has one`)
  return link
}

const prefixOf = ({ subnet }: Pick<Link, 'subnet'>) => subnet.slice(0, subnet.lastIndexOf('.') + 1)

/** The address with that last part on a link. */
export const addressOn = (link: Pick<Link, 'subnet'>, last: number | string): string =>
  `${prefixOf(link)}${last}`

/** The same with the length of the prefix: `192.168.33.10/24`. */
export const cidrOn = (link: Pick<Link, 'subnet'>, last: number): string =>
  addressOn(link, last) + link.subnet.slice(link.subnet.indexOf('/'))

/**
 * The machine a check's sign that it hears comes from, on a physical link; it neither speaks nor answers otherwise. Of
 * addresses for documentation (RFC 5737): from who is outside, the sign would teach each bridge where that is, and so mend
 * what the check is about to look at.
 */
export function markerOn(
  topology: Topology,
  link: NamedLink,
): { mac: string; cidr: string; broadcast: string } {
  const first = 16 * linksOf(topology, 'physical').findIndex(({ name }) => name === link.name)
  const [address, broadcast] = [first + 1, first + 15].map(last => `198.51.100.${last}`)
  return { mac: macOn(link, 0).replace(/^02/, '06'), cidr: `${address}/28`, broadcast: broadcast! }
}

/** The MAC address of a node, or of who is outside: locally administered, and its number read like the address's. */
export const macOn = (link: Link, number: number): string =>
  ['02', '00', ...prefixOf(link).split('.').slice(0, 3).map(hex), String(number).padStart(2, '0')].join(':')

const hex = (byte: string) => Number(byte).toString(16).padStart(2, '0')

const numberOf = ({ nodes }: Topology, node: string): number => {
  const known = nodes[node]
  if (!known) throw new TypeError(`the topology has no node ${node}`)
  return known.number
}

/** The address a node is entered at. */
export const managementAddress = (topology: Topology, node: string): string =>
  addressOn(linkFor(topology, 'management'), numberOf(topology, node))

/** The address a node sends and receives Geneve at. */
export const underlayAddress = (topology: Topology, node: string): string =>
  addressOn(linkFor(topology, 'underlay'), numberOf(topology, node))

/** The MAC address of a node's link. */
export const macOf = (topology: Topology, node: string, link: Link): string =>
  macOn(link, numberOf(topology, node))

/** Where the PostgreSQL on a link is; undefined where there is none. */
export const databaseOn = (link: Link): { address: string; port: number } | undefined =>
  link.outside?.databasePort === undefined
    ? undefined
    : { address: addressOn(link, link.outside.number), port: link.outside.databasePort }

/** The last part of the address that who is outside has in the network beyond. */
const ROUTER_NUMBER = 1

/** The network beyond a link: its server, and the router to it, which is who is outside; undefined where there is none. */
export function beyondOn(
  link: Link,
): { server: string; serverCidr: string; routerCidr: string; port: number } | undefined {
  const beyond = link.outside?.beyond
  return (
    beyond && {
      server: addressOn(beyond, beyond.number),
      serverCidr: cidrOn(beyond, beyond.number),
      routerCidr: cidrOn(beyond, ROUTER_NUMBER),
      port: beyond.askerPort,
    }
  )
}

/** The addresses of the machines outside that a link leads to, those beyond among them. */
export const outsideOn = (link: Link): string[] => {
  const server = beyondOn(link)?.server
  return link.outside ? [addressOn(link, link.outside.number), ...(server === undefined ? [] : [server])] : []
}

/** Everything harness/provision/role.sh has to know to make a machine this node: its settings, by name. */
export function roleSettings(topology: Topology, node: string): Record<string, string> {
  const [management, underlay] = [linkFor(topology, 'management'), linkFor(topology, 'underlay')]
  return {
    NODE: node,
    NODES: nodeNames(topology).join(' '),
    ADDRESSES: nodeNames(topology)
      .map(name => underlayAddress(topology, name))
      .join(' '),
    CENTRAL_NODE: topology.central,
    CENTRAL: underlayAddress(topology, topology.central),
    MANAGEMENT_LINK: management.name,
    MANAGEMENT: cidrOn(management, numberOf(topology, node)),
    UNDERLAY_LINK: underlay.name,
    UNDERLAY: underlayAddress(topology, node),
    UNDERLAY_BITS: underlay.subnet.split('/')[1] ?? '',
    PHYSICAL_LINKS: linksOf(topology, 'physical')
      .map(({ name }) => name)
      .join(' '),
  }
}
