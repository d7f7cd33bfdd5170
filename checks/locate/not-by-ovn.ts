import { text } from '../../harness/core/text.ts'
import { addressesOf } from '../../harness/look/joints.ts'
import type { Lab, Northbound } from '../../harness/look/lab.ts'
import { isWrittenByHand } from '../../harness/look/stack.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { joinedBeside } from '../heard/beside-ovs.ts'
import { inside, on } from '../nouns/phrases.ts'
import type { Wanted } from '../nouns/wanted.ts'
import { bears, linksIn } from '../route/end.ts'
import { ipIn, stackName } from '../route/hop.ts'
import type { Outward } from '../route/outward.ts'
import type { Break } from '../route/place.ts'
import type { Route } from '../route/route.ts'
import { routerState } from './at-router.ts'
import { impostor, knownImpostor } from './impostor.ts'
import { oddity } from './oddity.ts'
import { unrouted } from './unrouted.ts'
import { balancer } from './untranslated.ts'

/** Packets of a path between subnets that bear the MAC of something else than a router of OVN. */
export async function notByOvn(lab: Lab, route: Route, broken: Break): Promise<BrokenLink | undefined> {
  const { packet, odd } = broken
  if (!route.routed || !odd) return undefined
  const mac = odd.what === 'source-mac' ? odd.frame.sourceMac : odd.frame.destinationMac
  const guest = route.to ?? route.from
  // What comes in from outside goes to the MAC that was told there for its destination.
  const isFromOutside = ![packet.source, packet.destination].includes(guest.address)
  if (route.outward && odd.what === 'destination-mac' && isFromOutside)
    return (await knownImpostor(lab, packet.destination, mac)) ?? remembered(packet, mac, route.outward)
  const stale = odd.what === 'destination-mac' ? await rememberedInside(lab, route, packet, mac) : undefined
  if (stale) return stale
  const northbound = await lab.northbound()
  if (northbound.routerPorts.some(port => port.mac.toLowerCase() === mac))
    return (
      (await routerState(lab, route)) ??
      sentBackByBalancer(northbound, packet) ??
      impostor(lab, packet.source, mac)
    )
  // Nobody has routed what still bears the MAC address of its sender.
  const isUnrouted = [route.from, route.to].some(end => end?.mac === mac && end.address === packet.source)
  const astray =
    odd.what === 'source-mac'
      ? ((isUnrouted ? await joinedBeside(lab, route) : undefined) ??
        (await unrouted(lab, route, broken, mac)))
      : undefined
  if (astray) return astray
  for (const node of lab.nodes) {
    const facts = await unlessBlind(lab.kernel(node))
    const own = facts && linksIn(node, facts).find(one => bears(one, mac))
    if (!own) continue
    const { netns, link } = own
    const name = netns === undefined ? link.name : `${netns} ${link.name}`
    return {
      where: `${node} · ${netns === undefined ? link.name : `netns ${netns}`}`,
      saw: text(
        `the ${packet.kind} crosses from one subnet to the other by ${name} on ${node} (${mac}), not by a logical router`,
        `${packet.kind} 是經過 ${node} 上的 ${name}（${mac}）從一個網段到另一個網段的，不是經過 logical router`,
      ),
      tryThis: on(node, `sudo ${inside({ netns }, 'sysctl net.ipv4.ip_forward')}`),
      cause: 'routed-elsewhere',
    }
  }
  const forgotten = odd.what === 'destination-mac' ? await sentToNobody(lab, route, packet, mac) : undefined
  return forgotten ?? impostor(lab, packet.source, mac)
}

/** The kernel of a host has asked again since, so its table says no longer what it sent by. */
async function sentToNobody(
  lab: Lab,
  { from, to }: Route,
  { source, destination }: Wanted,
  mac: string,
): Promise<BrokenLink | undefined> {
  const sender = [from, to].find(end => end?.address === source)
  const stack = sender && (await unlessBlind(lab.stack(sender.node, sender.netns, [])))
  if (!sender || !stack || stack.neighbours.some(one => one.mac === mac)) return undefined
  return oddity(
    sender,
    'neighbours',
    undefined,
    text(
      `${stackName(sender)} sent what is for ${destination} to the MAC address ${mac}, which neither a machine of the lab nor a port of a router has: it had learnt that one before`,
      `${stackName(sender)} 把給 ${destination} 的封包送到 MAC 位址 ${mac}，但實驗環境裡沒有機器、也沒有 router port 有這個位址：那是它之前學到的`,
    ),
    ipIn(sender, 'neighbour show'),
  )
}

/** A load balancer has the address of the other end for one of its own, and the sender for its backend: a router brings the packet back. */
function sentBackByBalancer(
  northbound: Northbound,
  { kind, source, destination }: Wanted,
): BrokenLink | undefined {
  const row = balancer(northbound, destination, source)
  return (
    row && {
      where: row.where,
      saw: text(
        `the ${kind} of ${source} comes back to it through the router: ${row.saw.en}`,
        `${source} 的 ${kind} 經過 router 又回到它自己：${row.saw['zh-TW']}`,
      ),
      tryThis: row.tryThis,
      cause: 'load-balancer',
    }
  )
}

/**
 * A host sends to a MAC address that no machine and no row has, because its kernel has learnt that one before: it takes it for
 * that of its gateway until it asks again (arp(7), base_reachable_time).
 */
async function rememberedInside(
  lab: Lab,
  { from, to }: Route,
  { source }: Wanted,
  mac: string,
): Promise<BrokenLink | undefined> {
  const sender = [from, to].find(end => end?.address === source)
  const stack = sender && (await unlessBlind(lab.stack(sender.node, sender.netns, [])))
  const known = stack?.neighbours.find(one => one.mac === mac && !isWrittenByHand(one))
  if (!sender || !known) return undefined
  const { routerPorts } = await lab.northbound()
  const port = routerPorts.find(one => addressesOf(one).includes(known.address))
  if (!port || port.mac.toLowerCase() === mac || (await knownImpostor(lab, known.address, mac)))
    return undefined
  const name = stackName(sender)
  return oddity(
    sender,
    'neighbours',
    undefined,
    text(
      `${name} still takes ${mac} for the MAC address of ${known.address}, but nobody has it: ${port.name} has ${known.address}, and its mac is ${port.mac}, which it got after ${name} had asked; within about a minute ${name} asks again`,
      `${name} 還把 ${mac} 當成 ${known.address} 的 MAC 位址，但沒有人有它：有 ${known.address} 的是 ${port.name}，它的 mac 是 ${port.mac}，是在 ${name} 詢問之後才改的；大約一分鐘內 ${name} 會再問一次`,
    ),
    ipIn(sender, `neighbour show ${known.address}`),
  )
}

/** A machine outside sends to a MAC address that is nobody's: it was told so before, and nobody has told it another one since. */
const remembered = (
  { source, destination }: Wanted,
  mac: string,
  { outer, mac: own }: Outward,
): BrokenLink => ({
  where: `physical network · ${source}`,
  saw: text(
    `${source} sends what is for ${destination} to the MAC address ${mac}, which no machine here has; that of the router port with ${outer.address} is ${own}: it remembers what it was told before the port got this one`,
    `${source} 把給 ${destination} 的封包送到 MAC 位址 ${mac}，這裡沒有機器有這個位址；有 ${outer.address} 的那個 router port 的是 ${own}：它還記得改成這個之前的位址`,
  ),
  tryThis: on(outer.node, `sudo tcpdump -n -e -c 4 -i any icmp and host ${destination}`),
})
