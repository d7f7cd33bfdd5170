import { Unmet } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { itsOwn } from '../diagnosis/its-own.ts'
import { ruleBehind, ruleSays } from '../diagnosis/routing-rule.ts'
import { linkOf } from '../nouns/endpoint.ts'
import { andThen, on } from '../nouns/phrases.ts'
import type { Routed } from './router-ports.ts'

/** The kernel of the endpoint's namespace sends packets for a foreign address to the gateway, by the link with its address (ip-route(8)). */
export async function hasRoute(lab: Lab, endpoint: Routed, foreign: string): Promise<void> {
  const { node, netns, address, gateway } = endpoint
  const question = [{ to: foreign, ...(address !== '' && { from: address }) }]
  const [[route], link] = await Promise.all([lab.routes(node, netns, question), linkOf(lab, endpoint)])
  if (route && !route.error && route.gateway === gateway && route.device === link?.name) return
  const stack = await unlessBlind(lab.stack(node, netns, question))
  const rule = stack?.routes?.[0] && ruleBehind(stack.rules ?? [], stack.routes[0], address)
  const by = route?.gateway === undefined ? '' : ` via ${route.gateway}`
  const { netns: namespaces } = await lab.kernel(node)
  const itself = route?.device === 'lo' ? itsOwn(endpoint, namespaces[netns] ?? [], foreign) : undefined
  throw new Unmet({
    expected: text(
      `in ${netns}, packets for ${foreign} go to the gateway ${gateway}`,
      `在 ${netns} 裡，給 ${foreign} 的封包會送往閘道 ${gateway}`,
    ),
    saw: andThen(
      route?.error || !route?.device
        ? text(
            `no route to ${foreign}: ${route?.error ?? ''}`,
            `沒有通往 ${foreign} 的路由：${route?.error ?? ''}`,
          )
        : text(
            `packets for ${foreign} leave through ${route.device}${by}`,
            `給 ${foreign} 的封包從 ${route.device}${by} 送出`,
          ),
      rule === undefined ? undefined : ruleSays(rule),
    ),
    where: `${node} · netns ${netns} · routes`,
    tryThis: on(
      node,
      rule === undefined
        ? `sudo ip -n ${netns} route get ${foreign}`
        : `sudo ip -n ${netns} rule show; sudo ip -n ${netns} route show table all`,
    ),
    ...(rule === undefined && { cause: 'gateway-missing' as const }),
    ...itself,
  })
}
