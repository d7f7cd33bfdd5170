import { Unmet } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import { addressesOf, routersWith } from '../../harness/look/joints.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { list } from '../nouns/phrases.ts'
import { routesFor, type WayOut } from './has-way-out.ts'

/**
 * Of several routes that fit a packet alike, a router chooses one for each connection (ECMP). Where it knows the MAC of
 * some of their next hops, it has never heard of the others: what it sends there is lost.
 */
export async function everyHopKnown(lab: Lab, way: WayOut): Promise<void> {
  const [northbound, { macBindings }] = await Promise.all([lab.northbound(), lab.southbound()])
  const known = [...macBindings.map(({ ip }) => ip), ...northbound.routerPorts.flatMap(addressesOf)]
  for (const { router } of routersWith(northbound, way.router)) {
    const hops = [...new Set(routesFor(northbound, router, way).map(({ nexthop }) => nexthop))]
    const unknown = hops.filter(hop => !known.includes(hop))
    if (unknown.length === 0 || unknown.length === hops.length) continue
    const [all, lost] = [list(hops), list(unknown)]
    throw new Unmet({
      expected: text(
        `every next hop that ${router.name} has for ${way.foreign} answers`,
        `${router.name} 給 ${way.foreign} 的每一個下一站都有回應`,
      ),
      saw: text(
        `${router.name} has several routes for ${way.foreign} (next hops ${all.en}) and chooses one for each connection, but no machine has told it the MAC address of ${lost.en}`,
        `${router.name} 給 ${way.foreign} 的路由不只一條（下一站是 ${all['zh-TW']}），每條連線各選一條，但沒有機器告訴它 ${lost['zh-TW']} 的 MAC 位址`,
      ),
      where: 'OVN_Northbound · Logical_Router_Static_Route · nexthop',
      tryThis: `sudo ovn-nbctl lr-route-list ${router.name}`,
    })
  }
}
