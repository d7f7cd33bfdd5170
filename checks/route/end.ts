import type { KernelFacts, Link } from '../../harness/look/evidence.ts'
import type { Plug } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { arePair } from '../../harness/look/veth.ts'
import { type Endpoint, linkOf } from '../nouns/endpoint.ts'
import { outerEnd, plugsOf } from '../nouns/plug-of.ts'
import type { End } from './hop.ts'

/** An endpoint of a lesson as an end of a path; undefined where no link of its namespace has its address. */
export async function endOf(lab: Lab, endpoint: Endpoint): Promise<End | undefined> {
  const [inner, outer, plugs, facts] = await Promise.all([
    linkOf(lab, endpoint),
    outerEnd(lab, endpoint),
    plugsOf(lab, endpoint),
    lab.kernel(endpoint.node),
  ])
  if (!inner) return undefined
  const { node, netns, address, prefixLength } = endpoint
  const logicalPort = plugs[0]?.iface.external_ids['iface-id']
  return {
    node,
    netns,
    device: inner.name,
    mac: inner.mac.toLowerCase(),
    address,
    prefixLength,
    speaksBy: spokenBy(facts.netns[netns] ?? [inner]),
    ...(outer && { plug: outer.name }),
    // An internal port that got another name in the namespace.
    ...(!outer && plugs[0] && plugs[0].iface.name !== inner.name && { row: plugs[0].iface.name }),
    ...(logicalPort !== undefined && { logicalPort }),
  }
}

/** Any address of a host may be the source of what it sends, by whatever link it leaves (RFC 1122, 3.3.4.2, "weak ES"). */
export const spokenBy = (links: Pick<Link, 'addresses'>[]): string[] =>
  links.flatMap(({ addresses }) => addresses.map(({ address }) => address)).filter(one => !isLoopback(one))

const isLoopback = (address: string) => address.startsWith('127.') || address === '::1'

/** A link of the lab that has a MAC, and where it is. */
export interface Bearer {
  node: string
  netns?: string
  link: Link
}

/** What lo shows in the place of a MAC address, which it has none of (loopback_setup of the kernel). */
const NO_MAC = '00:00:00:00:00:00'

/** Whether a MAC address, in small letters, is that of the link. */
export const bears = ({ link }: Bearer, mac: string): boolean =>
  mac !== NO_MAC && link.mac.toLowerCase() === mac

/** Every link of every node, in its namespaces and out of them. */
export const linksIn = (node: string, { links, netns }: KernelFacts): Bearer[] => [
  ...links.map(link => ({ node, link })),
  ...Object.entries(netns).flatMap(([name, inside]) => inside.map(link => ({ node, netns: name, link }))),
]

/** The links of a namespace, or of the node itself; none where there is no such namespace. */
export const linksOf = ({ links, netns: namespaces }: KernelFacts, netns: string | undefined): Link[] =>
  netns === undefined ? links : (namespaces[netns] ?? [])

/** The link is one of these ports, or its veth pair's other end is. */
export function isPlugged(inner: Link, { links }: KernelFacts, ports: Plug[]): boolean {
  const outer = links.find(link => arePair(link, inner))
  return ports.some(({ iface }) => iface.name === outer?.name || iface.name === inner.name)
}
