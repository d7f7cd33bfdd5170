import { chassisSetting } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { KEY, takenBridge } from '../diagnosis/mapping-mistake.ts'
import type { Route } from '../route/route.ts'
import { localnetPort } from '../state/localnet-port.ts'
import { mapsLocalnet } from '../state/mapped.ts'
import { unmet } from './unmet.ts'

/**
 * One node maps the network of the switch's localnet port, and the other does not: what the one sends leaves by the physical network,
 * where the other listens to nothing, and what the other sends comes by the tunnel (ovn-architecture(7), localnet ports). Where on the
 * way captures lose it differs from try to try, with what the bridges have learnt meanwhile.
 */
export async function mappedOnOne(
  lab: Lab,
  { from, to, routed, posts }: Pick<Route, 'from' | 'to' | 'routed' | 'posts'>,
): Promise<BrokenLink | undefined> {
  if (!to || routed || from.netns === undefined || to.netns === undefined || from.node === to.node)
    return undefined
  const ends = [
    { ...from, netns: from.netns },
    { ...to, netns: to.netns },
  ]
  const network = (await localnetPort(lab, ends))?.options.network_name
  if (network === undefined) return undefined
  const isMapped = async (node: string) => {
    const ovs = await lab.ovs(node)
    return takenBridge(chassisSetting(ovs, KEY), network, ovs.bridges) !== undefined
  }
  const mapped = await Promise.all(ends.map(({ node }) => isMapped(node)))
  const [lacking, ...others] = ends.filter((_, at) => !mapped[at])
  if (!lacking || others.length > 0) return undefined
  const exit = posts.find(({ kind, node }) => kind === 'exit' && node === lacking.node)
  return unmet(mapsLocalnet(lab, ends, lacking.node, exit?.links[0] ?? ''))
}
