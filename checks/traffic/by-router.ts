import { jointsOf, routersWith, switchesWith } from '../../harness/look/joints.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { endOf } from '../route/end.ts'
import type { End } from '../route/hop.ts'
import { inwardRoute, type Outward, othersTranslated, outwardRoute } from '../route/outward.ts'
import type { Post, Route } from '../route/route.ts'
import { translationOf } from '../state/has-nat.ts'
import type { Asker, Experiment, OutwardTold } from './traffic.ts'

/** The path by a router's way out, as the lesson has it: to the outside, or from there to the endpoint. */
export async function routeByRouter(
  lab: Lab,
  { endpoints, physical, underlay }: Experiment,
  told: OutwardTold,
  asker: Asker,
  to: string,
): Promise<Route> {
  const inside = endpoints[0]!
  const [end, northbound] = await Promise.all([endOf(lab, inside), lab.northbound()])
  const own: End = end ?? { ...inside, device: inside.netns, mac: '' }
  const { outer } = told
  const translated = translationOf(northbound, outer.address, inside.address)?.external_ip
  const outward: Outward = {
    ...told,
    mac: routersWith(northbound, outer.address)[0]?.port.mac.toLowerCase() ?? '',
    joints: jointsOf(northbound, switchesWith(northbound, own.logicalPort)),
    translated:
      translated !== undefined && told.external.includes(translated) ? translated : told.external[0]!,
    othersTranslated: othersTranslated(northbound, outer.address, own),
  }
  const exits = {
    exit: exitPost(outer.node, { physical, underlay }),
    tunnels: [...new Set([inside.node, outer.node])].flatMap((node, _, nodes) =>
      nodes.length > 1 ? [exitPost(node, { physical, underlay, isTunnelled: true })] : [],
    ),
  }
  return asker.node === inside.node
    ? outwardRoute(own, to, outward, exits)
    : inwardRoute({ ...asker, device: '', mac: '' }, own, to, outward, exits)
}

/** Where a node's packets leave it: by its tunnels, or by its physical link. */
export const exitPost = (
  node: string,
  { physical, underlay, isTunnelled }: Pick<Experiment, 'physical' | 'underlay' | 'isTunnelled'>,
): Post => ({
  id: `exit ${node}`,
  kind: 'exit',
  node,
  ...(isTunnelled
    ? { links: [underlay], underlay: [], isTunnel: true }
    : { links: [physical], underlay: [underlay] }),
})
