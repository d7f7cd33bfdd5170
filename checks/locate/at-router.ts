import { type Text, text } from '../../harness/core/text.ts'
import type { NetworkStack } from '../../harness/look/evidence.ts'
import { addressesOf } from '../../harness/look/joints.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { firstOf } from '../nouns/first-of.ts'
import { andThen, inside, list, on } from '../nouns/phrases.ts'
import { type End, ipIn, stackName } from '../route/hop.ts'
import { type Learnt, learntOf, wronglyLearnt } from '../route/next-hop.ts'
import type { Break } from '../route/place.ts'
import type { Route } from '../route/route.ts'
import { isNear, jointWith, type Side, sideOf } from '../route/routed.ts'
import { onTheWay } from '../route/through-routers.ts'
import { choosesNobody } from '../state/gateway-chassis.ts'
import { routerCarriedSouth, shareOneRouter } from '../state/one-router.ts'
import { hasRouterPort, joinedToRouter } from '../state/router-ports.ts'
import { claimedByAnother } from './impostor.ts'
import { oddity } from './oddity.ts'
import { notHandedOn, reliesOnOthers } from './over-routers.ts'
import { routedAway } from './routed-away.ts'
import { shortened } from './stack-rules.ts'
import { unmet } from './unmet.ts'

interface Gated {
  end: End
  side: Side
  gateway: string
}

/** What a lesson's earlier claims say of a router, asked here of any path that changes the subnet. */
export async function routerState(lab: Lab, route: Route): Promise<BrokenLink | undefined> {
  const { from, to, routed, address } = route
  if (!routed) return undefined
  const gated = [from, ...(to ? [to] : [])].flatMap((end): Gated[] => {
    const side = sideOf(route, end)
    const gateway = side && gatewayOf(end, side)
    return side && gateway !== undefined ? [{ end, side, gateway }] : []
  })
  const ends = gated.flatMap(({ end, gateway }) =>
    end.netns === undefined ? [] : [{ ...end, netns: end.netns, gateway }],
  )
  const gateways = gated.map(({ gateway }) => gateway)
  const asked: (() => Promise<BrokenLink | undefined>)[] = [
    ...gated.map(one => async () => astray(one, one.end === from ? address : from.address)),
    ...ends.map(end => () => unmet(hasRouterPort(lab, asNear(end, gated)))),
    ...ends.map(end => () => unmet(joinedToRouter(lab, end, [end]))),
    ...(gateways.length > 0 ? [() => apart(lab, gated, gateways), () => onNoChassis(lab, gated)] : []),
    ...(gateways.length > 0 ? [() => unmet(routerCarriedSouth(lab, gateways))] : []),
    ...gated.map(
      ({ end, gateway }) =>
        () =>
          routedAway(lab, gateway, end, end === from ? address : from.address),
    ),
    ...gated.map(one => async () => ofGroup(one)),
    ...gated.map(one => () => learntWrong(lab, one)),
    ...gated.map(one => () => claimedByAnother(lab, one.end)),
    ...ends.map(end => () => unmet(joinedToRouter(lab, end, [end], { isLost: true }))),
  ]
  return firstOf(asked, ask => unlessBlind(ask()))
}

/** The routers of both ends are not one, nor do they hand packets on to each other. */
async function apart(lab: Lab, gated: Gated[], gateways: string[]): Promise<BrokenLink | undefined> {
  const northbound = await lab.northbound()
  const ways = gated.flatMap(({ end, side, gateway }) => {
    const joint = jointWith(side, gateway)
    const other = gated.find(one => one.end !== end)?.end
    return joint?.router && other ? [{ joint, way: { host: end.address, foreign: other.address } }] : []
  })
  if (!ways.some(({ joint, way }) => reliesOnOthers(northbound, joint, way)))
    return unmet(shareOneRouter(lab, gateways))
  return ways.map(({ joint, way }) => notHandedOn(northbound, joint.router!, way)).find(Boolean)
}

/** A port by which routers hand on what passes between the ends is to be on one chassis alone, of which there is none. */
async function onNoChassis(lab: Lab, gated: Gated[]): Promise<BrokenLink | undefined> {
  const [northbound, southbound] = await Promise.all([lab.northbound(), lab.southbound()])
  const ports = gated.flatMap(({ end, side, gateway }) => {
    const router = jointWith(side, gateway)?.router
    const other = gated.find(one => one.end !== end)?.end
    const way = { host: end.address, foreign: other?.address ?? '' }
    return router && other ? onTheWay(northbound, [router], way).ports : []
  })
  return ports.map(port => choosesNobody(northbound, southbound, port)).find(Boolean)
}

/** The gateway that an end uses; where nobody looked, that of the router port in its subnet. */
const gatewayOf = (end: End, { joints, gateway }: Side): string | undefined =>
  gateway ?? joints.flatMap(({ port }) => addressesOf(port)).find(address => isNear(end, address))

/** How long a router's prefix is, is its own choice, as long as the end is in it. */
function asNear<E extends { gateway: string; prefixLength: number; address: string }>(
  end: E,
  gated: Gated[],
): E {
  const joint = gated
    .flatMap(({ side }) => side.joints)
    .flatMap(({ port }) => port.networks)
    .find(network => {
      const [address, length] = network.split('/')
      return (
        address === end.gateway &&
        isNear({ ...(end as unknown as End), address, prefixLength: Number(length) }, end.address)
      )
    })
  return joint ? { ...end, prefixLength: Number(joint.split('/')[1]) } : end
}

/** A MAC address whose first byte is odd is that of a group (IEEE 802): as a source, no switch and no host takes it. */
function ofGroup({ side }: Gated): BrokenLink | undefined {
  const port = side.joints.map(joint => joint.port).find(({ mac }) => parseInt(mac.slice(0, 2), 16) % 2 === 1)
  if (!port) return undefined
  return {
    where: 'OVN_Northbound · Logical_Router_Port · mac',
    saw: text(
      `${port.name} has the MAC address ${port.mac}, which is that of a group, since its first byte is odd`,
      `${port.name} 的 MAC 位址是 ${port.mac}，第一個位元組是奇數，屬於群組（multicast）位址`,
    ),
    tryThis: `sudo ovn-nbctl --columns=name,mac list Logical_Router_Port ${port.name}`,
  }
}

/** A router remembers which MAC an address had, for good unless it is told another one (ovn-sb(5), MAC_Binding). */
async function learntWrong(lab: Lab, { end, side }: Gated): Promise<BrokenLink | undefined> {
  const names = side.joints.map(({ port }) => port.name)
  const { macBindings, staticMacBindings } = await learntOf(lab)
  const isWrong = ({ logical_port, ip, mac }: Learnt) =>
    names.includes(logical_port) && ip === end.address && mac.toLowerCase() !== end.mac.toLowerCase()
  const written = staticMacBindings.find(isWrong)
  const wrong = written ?? macBindings.find(isWrong)
  return wrong && wronglyLearnt(wrong, written !== undefined, { owner: stackName(end), mac: end.mac })
}

/** The kernel of an end sends what is for another subnet to something that is no port of a router. */
export function gatewayAstray(
  end: End,
  { routes: [route] }: NetworkStack,
  to: string,
  side: Side | undefined,
): BrokenLink | undefined {
  if (!side || !route || route.error) return undefined
  return astray({ end, side, gateway: route.gateway }, to)
}

function astray(
  { end, side, gateway }: { end: End; side: Side; gateway: string | undefined },
  to: string,
): BrokenLink | undefined {
  const near = side.joints.flatMap(({ port }) => addressesOf(port)).filter(address => isNear(end, address))
  if (near.length === 0 || jointWith(side, gateway)) return undefined
  const name = stackName(end)
  const routers = list(near)
  const saw: Text =
    gateway === undefined
      ? text(
          `${name} takes ${to} for a neighbour and does not ask a gateway for it; the router has ${routers.en}`,
          `${name} 把 ${to} 當成同網段的鄰居，沒有送往閘道；router 的位址是 ${routers['zh-TW']}`,
        )
      : text(
          `${name} sends packets for ${to} to ${gateway}, but the router has ${routers.en}`,
          `${name} 把給 ${to} 的封包送往 ${gateway}，但 router 的位址是 ${routers['zh-TW']}`,
        )
  return oddity(end, 'routes', 'gateway-missing', saw, ipIn(end, `route get ${to} from ${end.address}`))
}

/** The TTL did not fall by what it falls at one router, or fell where there is none. */
export function fallenWrongly({ routed }: Pick<Route, 'routed'>, { place, packet, odd }: Break): BrokenLink {
  const { enters, leaves } =
    place.kind === 'wire'
      ? { enters: place.from, leaves: place.to }
      : (place as Extract<Break['place'], { kind: 'bridge' }>)
  const { node } = leaves
  const [first, last] = [enters.links[0], leaves.links[0]]
  const ttlOf = (seen: Break['frame']) => (seen && 'ttl' in seen ? seen.ttl : undefined) ?? '?'
  const [usual, usualZh] = routed
    ? ['one router lowers it by one', '經過一個 router 只會減一']
    : ['there is no router on the path, so it should stay the same', '路徑上沒有 router，TTL 應該不變']
  return {
    where: `${node} · ${first} → ${last}`,
    saw: text(
      `the TTL of the ${packet.kind} is ${ttlOf(odd?.frame)} on ${last}; ${usual}`,
      `${packet.kind} 在 ${last} 上的 TTL 是 ${ttlOf(odd?.frame)}；${usualZh}`,
    ),
    tryThis: on(node, `sudo tcpdump -n -v -i ${last} icmp`),
  }
}

/** A router forwards nothing that would leave it with a TTL of 0 (RFC 1812, section 5.3.1): it is the sender that gave it so few. */
export async function ttlSpent(
  lab: Lab,
  { routed, from, to: asked, address }: Route,
  { packet, frame }: Break,
): Promise<BrokenLink | undefined> {
  const sender = [from, asked].find(end => end?.address === packet.source)
  if (!routed || !sender || frame?.ttl === undefined || frame.ttl > 1) return undefined
  const name = stackName(sender)
  const saw = text(
    `the ${packet.kind} of ${name} arrives at a router with a TTL of ${frame.ttl}, and a router forwards nothing whose TTL it would lower to 0`,
    `${name} 的 ${packet.kind} 到 router 時 TTL 是 ${frame.ttl}，而 router 不會轉送 TTL 減到 0 的封包`,
  )
  const to = sender === from ? address : from.address
  const stack = await unlessBlind(lab.stack(sender.node, sender.netns, [{ to }]))
  const rule = stack && shortened(sender, stack, packet)
  if (rule) return { ...rule, saw: andThen(saw, rule.saw) }
  const hopLimit = stack?.routes[0]?.hopLimit
  if (hopLimit)
    return oddity(
      sender,
      'routes',
      undefined,
      andThen(
        saw,
        text(`its route for ${to} has hoplimit ${hopLimit}`, `它給 ${to} 的路由設定了 hoplimit ${hopLimit}`),
      ),
      ipIn(sender, `route get ${to}`),
    )
  return oddity(
    sender,
    'ip_default_ttl',
    'netns-setting',
    saw,
    inside(sender, 'sysctl net.ipv4.ip_default_ttl'),
  )
}
