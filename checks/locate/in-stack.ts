import { type Text, text } from '../../harness/core/text.ts'
import type { KernelFacts, Link, NetworkStack } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Break, Place } from '../heard/bracket.ts'
import { firstOf } from '../nouns/first-of.ts'
import type { Wanted } from '../nouns/wanted.ts'
import { linksOf } from '../route/end.ts'
import { type End, ipIn, stackName } from '../route/hop.ts'
import type { Route } from '../route/route.ts'
import { jointWith, type Side } from '../route/routed.ts'
import { gatewayAstray } from './at-router.ts'
import { keptBehind } from './behind-bridge.ts'
import { heldAt, narrowAt } from './device.ts'
import { keptByPorts } from './in-linux-bridge.ts'
import { boundDouble } from './mac-doubled.ts'
import { innerOf, oddity } from './oddity.ts'
import { narrowWayOrReason } from './path-mtu.ts'
import { countedInStack } from './risen.ts'
import {
  blocked,
  filtered,
  filteredInet6,
  parameter,
  rewritten,
  rewrittenEach,
  takes,
} from './stack-rules.ts'
import {
  everybody,
  followsTooMany,
  neighbourAstray,
  routeAstray,
  ruled,
  sourceless,
  unruled,
  untaken,
} from './stack-ways.ts'
import { toldMtu } from './told-mtu.ts'
import { unexplained } from './unexplained.ts'

/** Who is at the other end; `side`: what lies between, where that is a router. */
export interface Peer {
  address: string
  mac?: string
  side?: Side | undefined
}

type StackPlace = Extract<Place, { kind: 'stack' }>

/**
 * What a namespace itself did with a packet that it should have sent, answered or taken. With `route`, its ping is made once
 * more where nothing explains that.
 */
export async function inStack(
  lab: Lab,
  place: StackPlace,
  broken: Break,
  peer: Peer,
  route?: Route,
): Promise<BrokenLink> {
  const { end, does } = place
  const { node, netns, device } = end
  const facts = await lab.kernel(node)
  const links = linksOf(facts, netns)
  const link = links.find(one => one.name === device)
  const stack = await unlessBlind(lab.stack(node, netns, [{ to: peer.address, from: end.address }]))
  const next = nextHop(peer, stack)
  const isBridge = link?.kind === 'bridge'
  const cable =
    end.plug === undefined
      ? undefined
      : await heldAt(lab, { node, name: end.plug, way: does === 'send' ? 'in' : 'out' }, broken.packet)
  const [arriving, leaving] = packetsOf(does, broken.packet)
  const cabled = end.plug === undefined ? [] : [{ node, name: end.plug }]
  let risen: Awaited<ReturnType<typeof countedInStack>>
  const suspects: (() => BrokenLink | undefined | Promise<BrokenLink | undefined>)[] = [
    () => firstOf(cabled, at => narrowAt(lab, { ...at, way: 'out' }, broken.packet)),
    async () => toldMtu(lab, end, await narrowAt(lab, { ...innerOf(end), way: 'out' }, broken.packet)),
    () =>
      does === 'send'
        ? narrowWayOrReason(lab, end, route?.posts ?? [], stack?.routes[0], broken.packet)
        : undefined,
    () => (cable?.cause === 'link-down' ? { ...cable, cause: 'veth-down' } : undefined),
    () => (stack ? everybody(end, stack, peer.address) : undefined),
    () =>
      stack && (does !== 'answer' || isOwn(stack)) ? routeAstray(end, stack, peer.address, links) : undefined,
    () => (does !== 'take' && stack ? gatewayAstray(end, stack, peer.address, peer.side) : undefined),
    () =>
      link?.hasNoArp
        ? oddity(end, 'arp', 'netns-arp', arpOff(end), ipIn(end, `link show ${device}`))
        : undefined,
    () => mastered(end, links),
    () => keptBehind(lab, end, broken.packet, does === 'send' ? 'in' : 'out'),
    () => (link ? passedOn(end, link, facts) : undefined),
    () => (stack ? unruled(end, stack) : undefined),
    () => (arriving && !arriving.kind.startsWith('arp') ? untaken(lab, end, peer) : undefined),
    () => (stack ? neighbourAstray(lab, end, stack, next, route) : undefined),
    () => (does === 'send' && stack ? sourceless(lab, end, peer) : undefined),
    () => (stack && arriving ? filtered(end, stack, arriving, 'in', isBridge) : undefined),
    () =>
      stack && does !== 'take'
        ? filtered(end, stack, arpAnswer(end, next.address, broken.packet), 'in', isBridge)
        : undefined,
    () => (stack && arriving ? parameter(end, stack, takes(arriving.kind)) : undefined),
    () => (stack && does === 'answer' ? routeAstray(end, stack, peer.address, links) : undefined),
    () => (stack && leaving ? filtered(end, stack, leaving, 'out', isBridge) : undefined),
    () => (stack ? filteredInet6(end, stack) : undefined),
    () => (stack ? followsTooMany(end, stack) : undefined),
    () => (stack ? blocked(end, stack) : undefined),
    // Of a connection the first packet decides: an answer is given back the addresses that were asked (conntrack).
    () =>
      stack && arriving && does === 'answer'
        ? rewritten(end, stack, arriving, 'in')
        : stack && does === 'send'
          ? rewritten(end, stack, broken.packet, 'out')
          : undefined,
    () => (stack && leaving && does === 'answer' ? rewrittenEach(end, stack, leaving) : undefined),
    () =>
      isBridge ? keptByPorts(lab, end, links, broken.packet, does === 'take' ? 'in' : 'out') : undefined,
    () => heldAt(lab, { ...innerOf(end), way: does === 'take' ? 'in' : 'out' }, broken.packet),
    () => (does === 'answer' ? heldAt(lab, { ...innerOf(end), way: 'in' }, broken.packet) : undefined),
    () => cable,
    () => (stack ? ruled(end, stack) : undefined),
    async () => {
      risen = route && (await countedInStack(lab, route, end, broken))
      return risen?.isOfDevice ? risen.broken : undefined
    },
    () => (stack ? parameter(end, stack, () => true) : undefined),
    () => risen?.broken,
  ]
  const found = await firstOf(suspects, suspect => suspect())
  const doubled = found || !route ? undefined : await unlessBlind(boundDouble(lab, route))
  return found ?? doubled ?? unexplained(end, place, broken)
}

/** Whose MAC address an end needs to know: that of its gateway where there is one between. */
function nextHop(
  { address, mac, side }: Peer,
  stack: NetworkStack | undefined,
): { address: string; mac?: string } {
  if (!side) return { address, ...(mac !== undefined && { mac }) }
  const gateway = stack?.routes[0]?.gateway ?? address
  const joint = jointWith(side, gateway)
  return { address: gateway, ...(joint && { mac: joint.port.mac.toLowerCase() }) }
}

/** The packet that arrives at the namespace, and the one that leaves it, of which one was lost inside. */
function packetsOf(does: StackPlace['does'], packet: Wanted): [Wanted | undefined, Wanted | undefined] {
  if (does === 'send') return [undefined, packet]
  if (does === 'take') return [packet, undefined]
  const { source, destination } = packet
  const other = {
    'echo-request': 'echo-reply',
    'echo-reply': 'echo-request',
    'tcp-request': 'tcp-reply',
    'tcp-reply': 'tcp-request',
    'arp-request': 'arp-reply',
    'arp-reply': 'arp-request',
  } as const
  return [{ ...packet, kind: other[packet.kind], source: destination, destination: source }, packet]
}

/** What goes to an address of its own leaves by lo, and what seems to come from there is not taken in. */
const isOwn = ({ routes: [route] }: NetworkStack): boolean => route?.device === 'lo'

const arpOff = (end: End): Text =>
  text(
    `${end.device} in ${stackName(end)} has ARP switched off (NOARP), so it neither sends nor answers ARP requests`,
    `${stackName(end)} 裡的 ${end.device} 關閉了 ARP（NOARP），不會送出也不會回應 ARP request`,
  )

/**
 * What comes in by a link that has a master is the master's, and the stack takes nothing from it (netdev_rx_handler_register).
 * A VRF is no such master: it only chooses the table of routes.
 */
function mastered(end: End, links: Link[]): BrokenLink | undefined {
  const name = links.find(link => link.name === end.device)?.master
  const master = name === undefined ? undefined : links.find(link => link.name === name)
  if (!master || master.kind === 'vrf') return undefined
  return oddity(
    end,
    end.device,
    undefined,
    text(
      `${end.device} in ${stackName(end)} belongs to the ${master.kind ?? 'interface'} ${master.name}, which takes what arrives on ${end.device}, but the address is on ${end.device}`,
      `${stackName(end)} 裡的 ${end.device} 屬於 ${master.kind ?? '介面'} ${master.name}，${end.device} 收到的都歸它處理，位址卻設定在 ${end.device} 上`,
    ),
    ipIn(end, `-d link show ${end.device}`),
  )
}

/** A macvlan in another namespace takes all that comes in by the link; one beside it would leave it to the same stack. */
function passedOn(end: End, link: Link, { links, netns }: KernelFacts): BrokenLink | undefined {
  const holders = [
    { name: end.node, own: links },
    ...Object.entries(netns).map(([name, own]) => ({ name, own })),
  ]
  const found = holders
    .flatMap(({ name, own }) => own.map(one => ({ name, one })))
    .find(({ one }) => one.isPassthru && one.lowerIndex === link.index && one.peerNetnsId !== undefined)
  if (!found || !link.promiscuity) return undefined
  return oddity(
    end,
    end.device,
    undefined,
    text(
      `the macvlan ${found.one.name} in ${found.name}, in mode passthru, takes all that arrives on ${end.device} of ${stackName(end)}`,
      `${found.name} 裡的 macvlan ${found.one.name} 使用 passthru 模式，${stackName(end)} 的 ${end.device} 收到的都歸它`,
    ),
    ipIn(end, `-d link show ${end.device}`),
  )
}

/** Before anything is sent, the MAC it goes to must have been told. */
const arpAnswer = (end: End, peer: string, packet: Wanted): Wanted => ({
  ...packet,
  kind: 'arp-reply',
  source: peer,
  destination: end.address,
})
