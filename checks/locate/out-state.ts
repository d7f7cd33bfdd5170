import { isInPrefix } from '../../harness/core/prefix.ts'
import { text } from '../../harness/core/text.ts'
import { addressesOf, type Joint, jointsOf, routersWith, switchesWith } from '../../harness/look/joints.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Break } from '../heard/bracket.ts'
import { rowInWords } from '../heard/origin.ts'
import { firstOf } from '../nouns/first-of.ts'
import { andThen, list, on } from '../nouns/phrases.ts'
import type { Outward } from '../route/outward.ts'
import type { Route } from '../route/route.ts'
import { isNear } from '../route/routed.ts'
import { areJoined } from '../route/through-routers.ts'
import { bridgeHolds } from '../state/bridge-holds.ts'
import { localnetCarriedSouth } from '../state/carried-south.ts'
import { everyHopKnown } from '../state/every-hop-known.ts'
import { centralBinding, choosesGateway, choosesNobody, gatewayBound } from '../state/gateway-chassis.ts'
import { translatesDestination, translatesSource } from '../state/has-nat.ts'
import { hasWayOut, portsNear, routesFor } from '../state/has-way-out.ts'
import { acceptsUnknown, hasLocalnetPort } from '../state/localnet-port.ts'
import { mapsLocalnet } from '../state/mapped.ts'
import { policyTo } from '../state/next-hop-traced.ts'
import { routerCarriedSouth, shareOneRouter } from '../state/one-router.ts'
import { patchedByOvn } from '../state/patched.ts'
import { hasRouterPort, leadsToRouter } from '../state/router-ports.ts'
import { askedInVain } from './asked-from-outside.ts'
import { leadsOutside, nobodyBeside } from './nobody-beside.ts'
import { notHandedOn } from './over-routers.ts'
import { localnetShut } from './ovn-state.ts'
import { nextHopAway, routedAway } from './routed-away.ts'
import { unmet } from './unmet.ts'

/** What a lesson's earlier claims say of a router's way out, asked here of any path that leaves OVN by one. */
export async function outState(lab: Lab, route: Route, outward: Outward): Promise<BrokenLink | undefined> {
  const { outer, joints, nextHop, external, isOverSeveral, isDistributed, translator } = outward
  const { address, node, prefixLength } = outer
  const inside = route.to ?? route.from
  const foreign = route.to ? route.from.address : route.address
  const exit = (route.to ? route.posts[0] : route.posts.at(-1))?.links[0] ?? ''
  const gateways = [address, ...joints.flatMap(({ port }) => addressesOf(port).slice(0, 1))]
  const way = { router: address, host: inside.address, foreign, ...(nextHop !== undefined && { nextHop }) }
  const isForeign = !isInPrefix(foreign, `${address}/${prefixLength}`)
  const translation = { router: translator ?? address, inside, ...(external && { external }) }
  const asked: (() => Promise<void>)[] = [
    () => hasRouterPort(lab, { gateway: address, prefixLength }),
    () => leadsToRouter(lab, address, { isLost: true }),
    ...(isOverSeveral ? [] : [() => shareOneRouter(lab, gateways)]),
    () => routerCarriedSouth(lab, gateways),
    ...(isDistributed
      ? []
      : [() => choosesGateway(lab, address, node), () => gatewayBound(lab, address, node)]),
    ...(isForeign ? [() => hasWayOut(lab, way), () => everyHopKnown(lab, way)] : []),
    () =>
      route.to
        ? translatesDestination(lab, { ...translation, external: [route.address] })
        : translatesSource(lab, translation),
    () => hasLocalnetPort(lab, [outer]),
    () => acceptsUnknown(lab, [outer]),
    () => localnetCarriedSouth(lab, [outer]),
    () => bridgeHolds(lab, node, exit),
    () => mapsLocalnet(lab, [outer], node, exit),
    () => patchedByOvn(lab, [outer], node, exit),
  ]
  const broken = await firstOf(asked, ask => unlessBlind(unmet(ask())))
  return (
    broken ??
    (await unlessBlind(localnetShut(lab, [outer]))) ??
    (isOverSeveral
      ? await unlessBlind(notHandedBack(lab, address, { host: foreign, foreign: inside.address }))
      : undefined) ??
    (await unlessBlind(macTakenOutside(lab, address))) ??
    (await unlessBlind(routedAway(lab, address, inside, foreign))) ??
    unlessBlind(nextHopAway(lab, address, isForeign ? (nextHop ?? '') : foreign))
  )
}

/** What comes in by the outer port is for an end behind further routers, and they do not hand it on to that. */
async function notHandedBack(
  lab: Lab,
  outer: string,
  way: { host: string; foreign: string },
): Promise<BrokenLink | undefined> {
  const northbound = await lab.northbound()
  return routersWith(northbound, outer)
    .map(({ router }) => notHandedOn(northbound, router, way))
    .find(Boolean)
}

/** A machine outside has the MAC address of the outer port, so what is for that machine comes back to the router. */
async function macTakenOutside(lab: Lab, outer: string): Promise<BrokenLink | undefined> {
  const [{ routerPorts }, { macBindings }] = await Promise.all([lab.northbound(), lab.southbound()])
  const own = routerPorts.filter(port => addressesOf(port).includes(outer))
  const isOwn = (mac: string, name: string) =>
    own.find(port => port.name === name && port.mac.toLowerCase() === mac.toLowerCase())
  const taken = macBindings.find(({ logical_port, mac }) => isOwn(mac, logical_port))
  if (!taken) return undefined
  const { logical_port, mac, ip } = taken
  return {
    where: 'OVN_Northbound · Logical_Router_Port · mac',
    saw: text(
      `${logical_port} has the MAC ${mac}, but ${ip} outside has it as well`,
      `${logical_port} 的 MAC 位址是 ${mac}，但外面的 ${ip} 也是`,
    ),
    tryThis: `sudo ovn-sbctl find MAC_Binding logical_port=${logical_port}`,
    cause: 'router-mac-taken',
  }
}

/** Why no router leads an end to an address that is foreign to its subnet; undefined where one does, or none is there. */
export async function noWayOutward(
  lab: Lab,
  {
    from,
    to,
    address,
    outward,
    isTakenByOvn,
  }: Pick<Route, 'from' | 'to' | 'address' | 'outward' | 'isTakenByOvn'>,
): Promise<BrokenLink | undefined> {
  if (to || outward || isTakenByOvn || from.netns === undefined || isNear(from, address)) return undefined
  const [northbound, southbound] = await Promise.all([lab.northbound(), lab.southbound()])
  const joints = jointsOf(northbound, switchesWith(northbound, from.logicalPort))
  const stuckAt = async (
    { router, port }: Pick<Joint, 'router' | 'port'>,
    passed: string[],
  ): Promise<BrokenLink | undefined> => {
    const own = addressesOf(port)[0]
    if (!router || own === undefined || passed.includes(router.name)) return undefined
    const near = portsNear(northbound, router, address)
    const routes = routesFor(northbound, router, { host: from.address, foreign: address })
    if (near.length === 0 && routes.length === 0)
      return unmet(hasWayOut(lab, { router: own, host: from.address, foreign: address }))
    const ports =
      near.length > 0 ? near : routes.flatMap(route => portsNear(northbound, router, route.nexthop))
    const itself =
      near.length > 0
        ? undefined
        : await unmet(hasWayOut(lab, { router: own, host: from.address, foreign: address }))
    if (itself) return itself
    if (ports.length === 0)
      return {
        where: 'OVN_Northbound · Logical_Router_Static_Route · nexthop',
        saw: text(
          `no port of ${router.name} has the next hop ${routes[0]!.nexthop} in its subnet`,
          `下一站 ${routes[0]!.nexthop} 不在 ${router.name} 任何一個 port 的網段裡`,
        ),
        tryThis: `sudo ovn-nbctl lr-route-list ${router.name}`,
      }
    // It is the next router that may have no way out.
    const handed = routersWith(northbound, routes[0]?.nexthop ?? '').find(one => one.router !== router)
    if (near.length === 0 && handed)
      return ports.some(one => areJoined(northbound, one, handed.port))
        ? stuckAt(handed, [...passed, router.name])
        : notHandedOn(northbound, router, { host: from.address, foreign: address })
    if (ports.some(one => (centralBinding(southbound, one.name)?.chassis.length ?? 0) > 0)) return undefined
    // A switch that leads to no physical network needs no chassis for it.
    if (near[0] && near.every(one => !leadsOutside(northbound, one)))
      return nobodyBeside(northbound, near[0], address)
    const unknown = ports.map(one => choosesNobody(northbound, southbound, one)).find(Boolean)
    if (unknown) return unknown
    const names = list(ports.map(({ name }) => name))
    return {
      where: ports.some(one => centralBinding(southbound, one.name))
        ? 'OVN_Southbound · Port_Binding · chassis'
        : 'OVN_Northbound · Logical_Router_Port · gateway_chassis',
      saw: text(
        `${names.en} of ${router.name} is bound to no chassis, so no node translates addresses there`,
        `${router.name} 的 ${names['zh-TW']} 沒有綁定在任何 chassis 上，所以沒有節點會在那裡轉換位址`,
      ),
      tryThis: `sudo ovn-nbctl lrp-get-gateway-chassis ${ports[0]!.name}`,
    }
  }
  return firstOf(joints, joint => stuckAt(joint, []))
}

/** Nobody outside answers, or asks, though all of OVN is as it should be. */
export async function silentOutside(
  lab: Lab,
  route: Route,
  broken: Break,
  outward: Outward,
): Promise<BrokenLink | undefined> {
  const { from, to, address, posts } = route
  const { packet, before } = broken
  const { node } = outward.outer
  const asked = packet.kind === 'arp-request' ? packet.destination : undefined
  const link = (to ? posts[0] : posts.at(-1))?.links[0] ?? ''
  if (asked !== undefined) {
    const saw = text(
      `${node} asks on ${link} for the MAC address of ${asked}, the next hop, and no machine answers`,
      `${node} 在 ${link} 上詢問下一站 ${asked} 的 MAC 位址，沒有任何機器回應`,
    )
    const chosen = await unlessBlind(chosenByPolicy(lab, outward, asked))
    return chosen
      ? { ...chosen, saw: andThen(saw, chosen.saw) }
      : {
          where: `${node} · ${link} → ${asked}`,
          saw,
          tryThis: on(node, `sudo tcpdump -n -e -i ${link} arp`),
        }
  }
  const kept =
    packet.kind === 'echo-reply' ? undefined : await unlessBlind(askedInVain(lab, route, broken, outward))
  if (kept || !to) return kept
  return packet.kind === 'echo-reply'
    ? {
        where: `${node} · ${link} → ${from.address}`,
        saw: text(
          `${before} answers to ${from.address} left ${node} through ${link}, and did not get there`,
          `${before} 個給 ${from.address} 的回應從 ${node} 的 ${link} 送出，但沒有到達`,
        ),
        tryThis: on(node, `sudo tcpdump -n -e -i ${link} icmp or arp`),
      }
    : {
        where: `${node} · ${link}`,
        saw: text(
          `${from.address} sent ${before} packets to ${address}, and none came in through ${link}: no machine tells it who has that address`,
          `${from.address} 送出 ${before} 個封包給 ${address}，但沒有一個從 ${link} 進來：沒有機器告訴它那個位址在哪裡`,
        ),
        tryThis: on(node, `sudo tcpdump -n -e -i ${link} arp or icmp`),
      }
}

/** The policy of a router on the way that names the next hop, in words. */
async function chosenByPolicy(lab: Lab, { joints }: Outward, hop: string): Promise<BrokenLink | undefined> {
  const router = joints.find(one => (one.router?.policies.length ?? 0) > 0)?.router
  const policy = router && (await policyTo(lab, router, [hop]))
  if (!router || !policy) return undefined
  const words = rowInWords({ table: 'Logical_Router_Policy', row: policy })
  return {
    where: 'OVN_Northbound · Logical_Router_Policy · nexthops',
    saw: text(`${words} chooses this next hop`, `這個下一站是 ${words} 選的`),
    row: words,
    tryThis: `sudo ovn-nbctl lr-policy-list ${router.name}`,
  }
}
