import type { Link } from '../harness/look/evidence.ts'
import type { Lab } from '../harness/look/lab.ts'

/** A namespace that stands for a virtual machine: where it is, and the address it has. */
export interface Endpoint {
  node: string
  netns: string
  address: string
  prefixLength: number
}

/** The link inside the namespace that carries the endpoint's address, up or not; undefined where there is none. */
export async function linkOf(lab: Lab, { node, netns, address }: Endpoint): Promise<Link | undefined> {
  const { netns: namespaces } = await lab.kernel(node)
  return namespaces[netns]?.find(link => link.addresses.some(has => has.address === address))
}
