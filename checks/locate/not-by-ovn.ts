import { text } from '../../harness/core/text.ts'
import type { Lab, Northbound } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { on } from '../nouns/phrases.ts'
import type { Wanted } from '../nouns/wanted.ts'
import { bears, linksIn } from '../route/end.ts'
import type { Outward } from '../route/outward.ts'
import type { Break } from '../route/place.ts'
import type { Route } from '../route/route.ts'
import { routerState } from './at-router.ts'
import { impostor, knownImpostor } from './impostor.ts'
import { unrouted } from './unrouted.ts'
import { balancer } from './untranslated.ts'

/** Packets of a path between subnets that bear the MAC of something else than a router of OVN. */
export async function notByOvn(lab: Lab, route: Route, broken: Break): Promise<BrokenLink | undefined> {
  const { packet, odd } = broken
  if (!route.routed || !odd) return undefined
  const mac = odd.what === 'source-mac' ? odd.frame.sourceMac : odd.frame.destinationMac
  const inside = route.to ?? route.from
  // What comes in from outside goes to the MAC that was told there for its destination.
  if (route.outward && odd.what === 'destination-mac' && packet.destination !== inside.address)
    return (await knownImpostor(lab, packet.destination, mac)) ?? remembered(packet, mac, route.outward)
  const northbound = await lab.northbound()
  if (northbound.routerPorts.some(port => port.mac.toLowerCase() === mac))
    return (
      (await routerState(lab, route)) ??
      sentBackByBalancer(northbound, packet) ??
      impostor(lab, packet.source, mac)
    )
  const astray = odd.what === 'source-mac' ? await unrouted(lab, route, broken, mac) : undefined
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
      tryThis: on(
        node,
        `sudo ${netns === undefined ? '' : `ip netns exec ${netns} `}sysctl net.ipv4.ip_forward`,
      ),
      cause: 'routed-elsewhere',
    }
  }
  return impostor(lab, packet.source, mac)
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
