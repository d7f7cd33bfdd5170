import { isInPrefix } from '../../harness/core/prefix.ts'
import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { copiedIntoVlan } from '../diagnosis/mirrored.ts'
import type { Break, Place } from '../heard/bracket.ts'
import { alteredUnderway, changedUnderway } from '../heard/changed-underway.ts'
import { EVERYBODY } from '../nouns/arp.ts'
import { firstOf } from '../nouns/first-of.ts'
import { andThen, on } from '../nouns/phrases.ts'
import { ipIn, stackName } from '../route/hop.ts'
import { nextHopAstray } from '../route/next-hop.ts'
import type { Route } from '../route/route.ts'
import { sideOf } from '../route/routed.ts'
import { keptByGate } from './at-gate-machine.ts'
import { fallenWrongly } from './at-router.ts'
import { changedThrough, sentToAnother } from './changed-by-hand.ts'
import { deadAt, heldAt } from './device.ts'
import { knownImpostor } from './impostor.ts'
import { inBridge } from './in-bridge.ts'
import { inLinuxBridge } from './in-linux-bridge.ts'
import { inStack, type Peer } from './in-stack.ts'
import { onUnderlay, outerOf } from './in-tunnel.ts'
import { leadsInside } from './leads-inside.ts'
import { memberOf, outside, unheardOutside } from './left-the-node.ts'
import { localnetTag } from './localnet-tag.ts'
import { ringOn } from './loop.ts'
import { macOutside } from './mac-outside.ts'
import { mappedOnOne } from './mapped-on-one.ts'
import { misaddressed } from './misaddressed.ts'
import { notByOvn } from './not-by-ovn.ts'
import { oddity } from './oddity.ts'
import { noWayOutward, outState, silentOutside } from './out-state.ts'
import { ledAway } from './over-routers.ts'
import { noWayOut } from './ovn-state.ts'
import { rewrites } from './stack-rules.ts'
import { neighbourAstray, routeAstray } from './stack-ways.ts'
import { answersFor } from './teller.ts'
import { advertisedMtu } from './told-mtu.ts'
import { detoured } from './tunnel-route.ts'
import { lostUnheard } from './unexplained.ts'
import { notTranslated } from './untranslated.ts'
import { balancedNowhere } from './vip-state.ts'

/** What broke a path at the place where its packets were lost or changed. That place is a fact; what is named there explains it. */
export async function locate(lab: Lab, route: Route, broken: Break): Promise<BrokenLink> {
  const found = await advertisedMtu(lab, broken.packet, await explained(lab, route, broken))
  // Of a storm captures lose most, and tables say by turns that a machine is here and there.
  const isVague = broken.isWide || found.cause === 'mac-learnt-elsewhere' || found.where.includes('→')
  const wide = isVague
    ? ((await unlessBlind(ringOn(lab, route))) ?? (await copies(lab, route, found)))
    : undefined
  return wide ?? found
}

async function copies(lab: Lab, route: Route, found: BrokenLink): Promise<BrokenLink | undefined> {
  const mirror = await copiedIntoVlan(lab, route.posts)
  return mirror && { ...mirror, saw: andThen(found.saw, mirror.saw) }
}

async function explained(lab: Lab, route: Route, broken: Break): Promise<BrokenLink> {
  const { place, odd } = broken
  const { outward } = route
  const aimless = place.kind === 'stack' ? undefined : await unlessBlind(balancedNowhere(lab, route))
  const strayed = aimless ?? (await unlessBlind(ledAway(lab, route)))
  if (strayed) return strayed
  const half = place.kind === 'stack' ? undefined : await unlessBlind(mappedOnOne(lab, route))
  if (half) return half
  const out = outward && place.kind !== 'stack' ? await outState(lab, route, outward) : undefined
  if (out) return out
  if (odd) {
    const found = await whyOdd(lab, route, broken)
    if (found) return found
  }
  const found =
    strangeSource(route, place) ??
    (await sentToAnother(lab, route, broken)) ??
    (broken.isWide ? ((await deadLink(lab, route)) ?? (await detoured(lab, route))) : undefined)
  if (found) return found
  switch (place.kind) {
    case 'stack':
      return inStack(lab, place, broken, peerOf(route, place), route)
    case 'bridge':
      return (
        (await takenForAnother(lab, route, broken)) ??
        (await inLinuxBridge(lab, route, place, broken)) ??
        inBridge(lab, route, place, broken)
      )
    case 'wire':
      return onWire(lab, route, place, broken)
    case 'outside':
      if (route.gate) return keptByGate(lab, route, route.gate, broken)
      return (
        (await unlessBlind(nextHopAstray(lab, route, broken))) ??
        (outward && (await silentOutside(lab, route, broken, outward))) ??
        (await claimant(lab, route, broken)) ??
        (await changedUnderway(lab, route, broken)) ??
        (await unlessBlind(noWayOut(lab, route, place.post.node))) ??
        (broken.isWide
          ? unheardOutside(route, place, broken)
          : ((await alteredUnderway(lab, route, place.post.node, broken)) ??
            (await outside(lab, route, place, broken))))
      )
  }
}

function peerOf(route: Route, { end }: Extract<Place, { kind: 'stack' }>): Peer {
  const { from, to, address } = route
  const side = (route.routed?.to || route.outward) && sideOf(route, end)
  return end === from || end.address === from.address
    ? { address, ...(to && { mac: to.mac }), side }
    : { address: from.address, mac: from.mac, side }
}

/**
 * What nobody answers, though it came there, was sent from an address that is foreign to the network of the other side:
 * it is the sender that chose it (ip-route(8), src).
 */
function strangeSource({ from, to, address }: Route, place: Place): BrokenLink | undefined {
  const isAnswer = place.kind === 'outside' || (place.kind === 'stack' && place.end === to)
  const isNear = (own: string) => isInPrefix(address, `${own}/${from.prefixLength}`)
  if (!isAnswer || from.toldAddress === undefined || !isNear(from.toldAddress) || isNear(from.address))
    return undefined
  return oddity(
    from,
    'routes',
    'netns-routes',
    text(
      `${stackName(from)} sends to ${address} from ${from.address}, not from ${from.toldAddress}, and there is no way back to that address`,
      `${stackName(from)} 送往 ${address} 的封包用的來源位址是 ${from.address}，不是 ${from.toldAddress}，而對方沒有路可以回到這個位址`,
    ),
    ipIn(from, `route get ${address}`),
  )
}

/** Of links that nobody could listen to, the first by which nothing passes at all; where there are several, another one may do. */
const deadLink = (lab: Lab, { posts }: Route): Promise<BrokenLink | undefined> =>
  firstOf(posts, async ({ node, netns, links }) => {
    const dead = await Promise.all(
      links.map(name => deadAt(lab, { node, name, way: 'out', ...(netns !== undefined && { netns }) })),
    )
    return dead.every(link => link !== undefined) ? dead[0] : undefined
  })

async function whyOdd(lab: Lab, route: Route, broken: Break): Promise<BrokenLink | undefined> {
  const { place, packet, odd } = broken
  const { what, frame } = odd!
  if (what === 'rewritten' && place.kind === 'stack') return rewrites(lab, place.end, broken)
  if (what === 'rewritten' && route.outward) return notTranslated(lab, route, broken, route.outward)
  if (what === 'vlan') return localnetTag(lab, route)
  if (what === 'ttl')
    return (
      (place.kind === 'bridge' && !route.routed
        ? await changedThrough(lab, route, place, broken)
        : undefined) ?? fallenWrongly(route, broken)
    )
  // Who was asked, and who answered: a packet of ours with somebody else's MAC.
  if (what === 'destination-mac' && place.kind === 'stack') {
    const written = await inStack(lab, place, broken, peerOf(route, place))
    // What went to everybody, its sender's own settings send there: no machine answers under that MAC.
    return written.cause || frame.destinationMac === EVERYBODY
      ? written
      : ((await notByOvn(lab, route, broken)) ??
          answersFor(lab, route, packet.destination, frame.destinationMac))
  }
  // By which router it would get out is asked first: one that has no way out sends it anywhere.
  const stuck = what === 'source-mac' ? await unlessBlind(noWayOutward(lab, route)) : undefined
  if (stuck) return stuck
  if (route.routed && what.endsWith('mac')) return notByOvn(lab, route, broken)
  if (what === 'source-mac')
    return (
      (place.kind === 'bridge' ? await changedThrough(lab, route, place, broken) : undefined) ??
      answersFor(lab, route, packet.source, frame.sourceMac)
    )
  return undefined
}

/** Between two nodes nothing of ours can look; what each side's own link does is seen. */
async function onWire(
  lab: Lab,
  route: Route,
  { from, to }: Extract<Place, { kind: 'wire' }>,
  broken: Break,
): Promise<BrokenLink> {
  const { packet, before, behind } = broken
  const [leaves, arrives] = [broken.by ?? from.links[0]!, to.links[0]!]
  const member = await memberOf(lab, from.node, leaves)
  const head = to.isTunnel ? broken.frame?.geneve : undefined
  const held = head
    ? await onUnderlay(lab, to.node, to, outerOf(packet, head), 'in')
    : to.kind === 'exit'
      ? await heldAt(lab, { node: to.node, name: arrives, way: 'in' }, packet)
      : undefined
  return (
    held ??
    (broken.isWide || to.isTunnel ? await detoured(lab, route) : undefined) ??
    (from.kind === 'exit' ? await leadsInside(lab, from.node, leaves, broken) : undefined) ??
    (head
      ? await misaddressed(lab, route, { from: from.node, to: to.node }, broken)
      : await alteredUnderway(lab, route, from.node, broken)) ??
    (await macOutside(lab, route)) ?? {
      where: `${from.node} · ${leaves} → ${to.node} · ${arrives}`,
      saw: broken.isWide
        ? lostUnheard(broken)
        : text(
            `${before} ${packet.kind} packets left ${from.node} through ${leaves}${member.en}, and ${behind} arrived on ${arrives} of ${to.node}: the problem is in the network between them`,
            `有 ${before} 個 ${packet.kind} 從 ${from.node} 的 ${leaves}${member['zh-TW']} 送出，${to.node} 的 ${arrives} 收到 ${behind} 個：問題在兩者之間的網路`,
          ),
      tryThis: on(to.node, `sudo tcpdump -n -e -i ${arrives} ${head ? 'udp port 6081' : 'arp or icmp'}`),
    }
  )
}

/** The answer of a machine outside bears the MAC of another machine than the one that asked: that one has the address as well. */
async function takenForAnother(
  lab: Lab,
  { from, to, routed, outward }: Route,
  { packet, frame }: Break,
): Promise<BrokenLink | undefined> {
  if (to || routed || outward || !frame || packet.destination !== from.address) return undefined
  if ([from.mac, EVERYBODY].includes(frame.destinationMac)) return undefined
  return knownImpostor(lab, from.address, frame.destinationMac)
}

/** Packets for the outside went to a MAC that OVN or a machine of ours had given for the address, or to that of another next hop. */
async function claimant(
  lab: Lab,
  { from, address }: Route,
  { frame }: Break,
): Promise<BrokenLink | undefined> {
  if (!frame || frame.destinationMac.startsWith('ff:')) return undefined
  const stack = await unlessBlind(lab.stack(from.node, from.netns, [{ to: address, from: from.address }]))
  return (
    (stack &&
      (routeAstray(from, stack, address, []) ?? (await neighbourAstray(lab, from, stack, { address })))) ??
    (await knownImpostor(lab, address, frame.destinationMac))
  )
}
