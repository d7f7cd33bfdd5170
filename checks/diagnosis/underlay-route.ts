import { isInPrefix } from '../../harness/core/prefix.ts'
import { text } from '../../harness/core/text.ts'
import type { RouteAnswer } from '../../harness/look/evidence.ts'
import { chassisSetting } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { andThen, on } from '../nouns/phrases.ts'
import { REFUSALS, refusedBy } from '../nouns/refusals.ts'
import type { BrokenLink } from './broken-link.ts'
import { ruleBehind, ruleSays } from './routing-rule.ts'

/** The tunnel addresses of two nodes that are in one subnet, and the link that has the first; undefined where it has none. */
export async function between(lab: Lab, node: string, peer: string) {
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
  return link && to ? { from, to, link, links: facts.links } : undefined
}

/**
 * The kernel refuses packets for a peer's tunnel address: its own, and those of its tunnels. The datapath in user space passes over
 * such routes, but the connections to the databases do not.
 */
export async function underlayRefused(lab: Lab, node: string, peer: string): Promise<BrokenLink | undefined> {
  const ends = await between(lab, node, peer)
  const [route] = (ends && (await unlessBlind(lab.routes(node, undefined, [{ to: ends.to }])))) ?? []
  return ends && route?.error ? refused(lab, node, peer, { ...ends, route }) : undefined
}

async function refused(
  lab: Lab,
  node: string,
  peer: string,
  { from, to, route }: { from: string | undefined; to: string; route: RouteAnswer },
): Promise<BrokenLink> {
  const error = route.error ?? ''
  const type = REFUSALS[error]
  const stack = await unlessBlind(lab.stack(node, undefined, [{ to }]))
  const isRoute = stack && refusedBy(stack, to, error)
  const rule = stack && !isRoute ? ruleBehind(stack.rules, route, from ?? to) : undefined
  if (rule !== undefined)
    return {
      where: `${node} · rules`,
      saw: andThen(
        text(
          `${node} refuses packets for ${to}, the tunnel address of ${peer}: ${error}`,
          `${node} 拒絕給 ${to}（${peer} 的 tunnel 位址）的封包：${error}`,
        ),
        ruleSays(rule),
      ),
      tryThis: on(node, 'ip rule show'),
    }
  return {
    where: `${node} · routes`,
    saw: type
      ? text(
          `a route or rule of type ${type} on ${node} refuses packets for ${to}, the tunnel address of ${peer}: ${error}`,
          `${node} 上有 type 為 ${type} 的路由或規則，拒絕給 ${to}（${peer} 的 tunnel 位址）的封包：${error}`,
        )
      : text(
          `${node} has no route to ${to}, the tunnel address of ${peer}: ${error}`,
          `${node} 沒有通往 ${to}（${peer} 的 tunnel 位址）的路由：${error}`,
        ),
    tryThis: on(node, type ? `ip route show table all type ${type}; ip rule show` : `ip route get ${to}`),
  }
}

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
  const ends = await between(lab, node, peer)
  if (!ends) return undefined
  const { from, to, link, links } = ends
  const [route] = (await unlessBlind(lab.stack(node, undefined, [{ to }])))?.routes ?? []
  if (!route || (route.device === link.name && route.gateway === undefined && !route.error)) return undefined
  if (route.error) return refused(lab, node, peer, { from, to, route })
  const holder = links.find(({ addresses }) => addresses.some(({ address }) => address === to))
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
    saw: text(
      `a route of ${node} sends packets for ${to}, the tunnel address of ${peer}, through ${route.device}${way}, not directly through ${link.name}, which has ${from}`,
      `${node} 的路由把給 ${to}（${peer} 的 tunnel 位址）的封包從 ${route.device}${way} 送出，不是直接從有 ${from} 的 ${link.name} 送出`,
    ),
    tryThis: on(node, `ip route get ${to}`),
  }
}
