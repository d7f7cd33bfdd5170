import type { TraceSeen } from '../../harness/look/evidence.ts'
import { integrationBridgeName } from '../../harness/look/integration-bridge.ts'
import { addressesOf } from '../../harness/look/joints.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { meddled } from '../heard/changed-underway.ts'
import { gateAt } from '../heard/gate.ts'
import { logicalEnd } from '../heard/logical-end.ts'
import type { Break } from '../route/place.ts'
import type { Route } from '../route/route.ts'
import { isNear, sideOf } from '../route/routed.ts'
import { endsInOvn } from '../route/routers-own.ts'
import { asksFor, inportOf, isTold } from './next-hop-asked.ts'
import { isKnownTo } from './unanswered.ts'

/**
 * A router between two switches that does not know the MAC of an end on this node asks it by ARP, and keeps the packet
 * meanwhile: its question is traced from its port to the end's plug, and the answer back to the router. Undefined where the
 * router knows the MAC, or both would get through.
 */
export async function innerQuestionLost(
  lab: Lab,
  route: Route,
  node: string,
  { steps }: TraceSeen,
  { packet, ...broken }: Break,
): Promise<BrokenLink | undefined> {
  const { routed, outward, from, to, posts } = route
  if (!routed || outward || packet.kind.startsWith('arp')) return undefined
  const end = endsInOvn(route) ? from : [from, to].find(one => one?.address === packet.destination)
  const post = end === from ? posts[0] : posts.at(-1)
  const joint =
    end &&
    sideOf(route, end)?.joints.find(({ port }) => addressesOf(port).some(address => isNear(end, address)))
  if (!end || !post || !joint || end.node !== node || (await isKnownTo(lab, joint.port.name, end)))
    return undefined
  const [northbound, ovs, gate] = await Promise.all([
    lab.northbound(),
    lab.ovs(node),
    gateAt(lab, route, post),
  ])
  const inport = await inportOf(lab, northbound, joint.port.name)
  const bridge = integrationBridgeName(ovs)
  const [number] = gate.plug?.iface.ofport ?? []
  const address = addressesOf(joint.port).find(own => isNear(end, own))!
  if (inport === undefined || number === undefined) return undefined
  const mac = joint.port.mac.toLowerCase()
  const [asked, answered] = await lab.traces(node, [
    asksFor({ bridge, steps, from: inport, mac, address, hop: end.address }),
    {
      bridge,
      flow: `in_port=${number},dl_src=${end.mac},dl_dst=${mac},arp,arp_op=2,arp_spa=${end.address},arp_tpa=${address},arp_sha=${end.mac},arp_tha=${mac}`,
    },
  ])
  const isLost = asked !== undefined && gate.isReachedBy(asked) === false
  const lost = isLost ? asked : answered && !isTold(answered) ? answered : undefined
  if (!lost) return undefined
  const [source, destination] = isLost ? [address, end.address] : [end.address, address]
  const kind = isLost ? 'arp-request' : 'arp-reply'
  const arp: Break = { ...broken, packet: { kind, source, destination, token: packet.token } }
  return (await logicalEnd(lab, route, node, ovs, lost, arp)) ?? meddled(node, bridge, lost)
}
