import { type Text, text } from '../../harness/core/text.ts'
import type { RouteAnswer } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { firstOf } from '../nouns/first-of.ts'
import { andThen } from '../nouns/phrases.ts'
import { echoHeadsBytes, type Wanted } from '../nouns/wanted.ts'
import { type End, ipIn, stackName } from '../route/hop.ts'
import type { Break } from '../route/place.ts'
import type { Post } from '../route/route.ts'
import { AROUND_BYTES } from '../route/tunnel-head.ts'
import { narrowAt } from './device.ts'
import { oddity } from './oddity.ts'

/**
 * The kernel of an end takes a way for narrower than its link: a route says so, or it remembers what an ICMP message told it
 * (RFC 1191), also when the reason for that is gone. It sends nothing larger in one piece.
 */
export function narrowWay(
  end: End,
  route: RouteAnswer | undefined,
  { bytes, kind, mayBeCut }: Wanted,
): BrokenLink | undefined {
  const isTooLarge = bytes !== undefined && !mayBeCut && kind.startsWith('echo') && route?.mtu
  if (!isTooLarge || route.mtu!.bytes >= bytes + echoHeadsBytes(route.to)) return undefined
  const { to, mtu } = route
  return mtu!.isLearnt
    ? oddity(end, 'route cache', undefined, remembers(end, to, mtu!.bytes), ipIn(end, `route get ${to}`))
    : oddity(
        end,
        'routes',
        undefined,
        text(
          `the route of ${stackName(end)} to ${to} has mtu ${mtu!.bytes}, so larger packets do not leave in one piece`,
          `${stackName(end)} 通往 ${to} 的路由設定了 mtu ${mtu!.bytes}，更大的封包不會整個送出`,
        ),
        ipIn(end, `route get ${to}`),
      )
}

/**
 * The same, and what an end remembers may have a reason that still stands: a link on the way that is too narrow. (The kernel's
 * datapath answers itself where a packet does not fit into a tunnel: skb_tunnel_check_pmtu() of the kernel.)
 */
export async function narrowWayOrReason(
  lab: Lab,
  end: End,
  posts: Post[],
  answer: RouteAnswer | undefined,
  packet: Wanted,
): Promise<BrokenLink | undefined> {
  const narrow = narrowWay(end, answer, packet)
  if (!narrow || !answer?.mtu?.isLearnt) return narrow
  const exits = posts.filter(({ kind }) => kind === 'exit')
  const reason = await firstOf(
    exits.flatMap(({ node, links, isTunnel }) => links.map(name => ({ node, name, isTunnel }))),
    ({ isTunnel, ...link }) =>
      narrowAt(lab, { ...link, way: 'out' }, { ...packet, ...(isTunnel && { aroundBytes: AROUND_BYTES }) }),
  )
  return reason ? { ...reason, saw: andThen(reason.saw, narrow.saw) } : narrow
}

const remembers = (end: End, to: string, bytes: number): Text => {
  const forgets = `sudo ${ipIn(end, 'route flush cache')}`
  return text(
    `${stackName(end)} remembers a path MTU of ${bytes} bytes to ${to}, which an ICMP message told it, and for some minutes sends nothing larger there in one piece, also when the reason is gone (${forgets} makes it forget)`,
    `${stackName(end)} 記得到 ${to} 的 path MTU 是 ${bytes} 位元組（由 ICMP 訊息得知），幾分鐘內不會把更大的封包整個送往那裡，就算原因已經排除也一樣（${forgets} 可以清除這個紀錄）`,
  )
}

/** The way that the kernel of an end takes to an address; undefined where it has none of its own, or none of IPv4. */
export async function wayOf(lab: Lab, end: End, to: string): Promise<RouteAnswer | undefined> {
  if (end.netns === undefined || to.includes(':')) return undefined
  return (await lab.routes(end.node, end.netns, [{ to, from: end.address }]))[0]
}

/** What an end remembers of a way, in words; undefined where nothing. */
export const rememberedMtu = (end: End, way: RouteAnswer | undefined): Text | undefined =>
  way?.mtu?.isLearnt && remembers(end, way.to, way.mtu.bytes)

/** The largest packets were lost, and it was pieces of them that left: the end had cut them, because of what it remembers. */
export function cutUp(
  end: End,
  way: RouteAnswer | undefined,
  broken: Break,
): { broken: Break; found: BrokenLink } | undefined {
  if (broken.packet.kind !== 'echo-request' || !way?.mtu?.isLearnt) return undefined
  const found = narrowWay(end, way, { ...broken.packet, mayBeCut: false })
  return found && { broken: { ...broken, place: { kind: 'stack', end, does: 'send' } }, found }
}
