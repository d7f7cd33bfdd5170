import { isInPrefix } from '../../harness/core/prefix.ts'
import { text } from '../../harness/core/text.ts'
import { chassisSetting } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { on } from '../nouns/phrases.ts'
import type { BrokenLink } from './broken-link.ts'

/**
 * The kernel's routes send what is for a peer's tunnel address elsewhere than to the network that both announce; tunnels of the
 * datapath in user space follow them as well (ovs-appctl(8), ovs/route/show). Undefined where the two are in different subnets:
 * routers may be anywhere between those.
 */
export async function underlayRouteAstray(
  lab: Lab,
  node: string,
  peer: string,
): Promise<BrokenLink | undefined> {
  const [own, there, facts] = await Promise.all([
    unlessBlind(lab.ovs(node)),
    unlessBlind(lab.ovs(peer)),
    unlessBlind(lab.kernel(node)),
  ])
  if (!own || !there || !facts) return undefined
  const [from, to] = [own, there].map(ovs =>
    (chassisSetting(ovs, 'ovn-encap-ip') ?? '').split(',')[0]!.trim(),
  )
  const isMeant = ({ address, prefixLength }: { address: string; prefixLength: number }) =>
    address === from && isInPrefix(to!, `${address}/${prefixLength}`)
  const link = facts.links.find(({ addresses }) => addresses.some(isMeant))
  if (!link || !to) return undefined
  const [route] = (await unlessBlind(lab.stack(node, undefined, [{ to }])))?.routes ?? []
  if (!route || (route.device === link.name && route.gateway === undefined && !route.error)) return undefined
  const holder = facts.links.find(({ addresses }) => addresses.some(({ address }) => address === to))
  if (route.device === 'lo' && holder)
    return {
      where: `${node} · ${holder.name}`,
      saw: text(
        `${holder.name} on ${node} has ${to} itself, the tunnel address of ${peer}, so packets for it never leave ${node}`,
        `${node} 的 ${holder.name} 自己也有 ${to}，那是 ${peer} 的 tunnel 位址，所以給它的封包離不開 ${node}`,
      ),
      tryThis: on(node, `ip -br address show ${holder.name}`),
      cause: 'address-twice',
    }
  const way = route.gateway === undefined ? '' : ` via ${route.gateway}`
  return {
    where: `${node} · routes`,
    saw: route.error
      ? text(
          `${node} has no route to ${to}, the tunnel address of ${peer}: ${route.error}`,
          `${node} 沒有通往 ${to}（${peer} 的 tunnel 位址）的路由：${route.error}`,
        )
      : text(
          `a route of ${node} sends packets for ${to}, the tunnel address of ${peer}, through ${route.device}${way}, not directly through ${link.name}, which has ${from}`,
          `${node} 的路由把給 ${to}（${peer} 的 tunnel 位址）的封包從 ${route.device}${way} 送出，不是直接從有 ${from} 的 ${link.name} 送出`,
        ),
    tryThis: on(node, `ip route get ${to}`),
  }
}
