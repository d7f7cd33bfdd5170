import type { KernelFacts, Link } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { Endpoint } from './endpoint.ts'
import { outerEnd } from './plug-of.ts'

/** The Linux bridge that holds a link of the node (ip-link(8), master); undefined where none does. */
export function bridgeOf({ links }: KernelFacts, name: string | undefined): Link | undefined {
  const master = links.find(link => link.name === name)?.master
  return master === undefined ? undefined : links.find(link => link.name === master && link.kind === 'bridge')
}

/** The Linux bridges of a node that may carry something: they are up and hold a link. */
export const busyBridges = ({ links }: Pick<KernelFacts, 'links'>): Link[] =>
  links.filter(
    ({ name, kind, isUp }) => kind === 'bridge' && isUp && links.some(({ master }) => master === name),
  )

/** The outer end of the endpoint's veth pair, and the Linux bridge that holds it; each undefined where there is none. */
export async function cableOf(
  lab: Lab,
  endpoint: Endpoint,
): Promise<{ outer: Link | undefined; bridge: Link | undefined }> {
  const [outer, facts] = await Promise.all([outerEnd(lab, endpoint), lab.kernel(endpoint.node)])
  return { outer, bridge: bridgeOf(facts, outer?.name) }
}
