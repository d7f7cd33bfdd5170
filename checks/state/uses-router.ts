import { Unmet } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { type Endpoint, linkOf } from '../nouns/endpoint.ts'
import type { Subnet } from '../nouns/guest.ts'
import { on } from '../nouns/phrases.ts'

/** The endpoint's namespace sends what is for other subnets to the router of its lease, by the link that has the lease. */
export async function usesRouter(lab: Lab, endpoint: Endpoint, { router }: Subnet): Promise<void> {
  const { node, netns } = endpoint
  const [link, { routes }] = await Promise.all([linkOf(lab, endpoint), lab.leases(node)])
  const route = routes.find(one => one.netns === netns)
  if (route && route.gateway === router && route.device === link?.name) return
  const by = route?.gateway === undefined ? '' : ` via ${route.gateway}`
  throw new Unmet({
    expected: text(
      `in ${netns}, packets for other subnets go to the router ${router}`,
      `在 ${netns} 裡，給其他網段的封包會送往 router ${router}`,
    ),
    saw: route
      ? text(`they leave through ${route.device}${by}`, `它們從 ${route.device}${by} 送出`)
      : text('no route to other subnets', '沒有通往其他網段的路由'),
    where: `${node} · netns ${netns} · routes`,
    tryThis: on(node, `sudo ip -n ${netns} route`),
  })
}
