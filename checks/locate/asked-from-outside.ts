import { integrationBridgeName } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { meddled } from '../heard/changed-underway.ts'
import { gateAt } from '../heard/gate.ts'
import { logicalEnd } from '../heard/logical-end.ts'
import type { Outward } from '../route/outward.ts'
import type { Break } from '../route/place.ts'
import type { Route } from '../route/route.ts'
import { switchOddity } from './bridge-oddity.ts'

/** A MAC that nobody has: stands for a machine outside that the router has not heard of. */
const SOMEBODY = '0e:00:00:00:00:02'

/**
 * Who is outside asks by ARP for an address that a router answers for, before any ping (ovn-northd(8), ARP replies for NAT). The
 * question is traced as it comes in by the link: what keeps the answer from going out by it is named. Undefined where it does go out.
 */
export async function askedInVain(
  lab: Lab,
  route: Route,
  { packet, ...broken }: Break,
  { outer: { node } }: Outward,
): Promise<BrokenLink | undefined> {
  const { from, to, address, posts } = route
  const [exit] = posts
  if (!to || !exit || address.includes(':')) return undefined
  const { plug, isReachedBy } = await gateAt(lab, route, exit)
  const [port] = plug?.iface.ofport ?? []
  if (!plug || port === undefined) return undefined
  const known = (await lab.southbound()).macBindings.find(({ ip }) => ip === from.address)?.mac
  const mac = known ?? SOMEBODY
  const flow = `in_port=${port},dl_src=${mac},dl_dst=ff:ff:ff:ff:ff:ff,arp,arp_op=1,arp_spa=${from.address},arp_tpa=${address},arp_sha=${mac}`
  const question = [{ bridge: plug.bridge.name, flow }]
  const lostIn = async (again: boolean) =>
    (await lab.traces(node, question, { again })).find(seen => isReachedBy(seen) === false)
  // OVN may be about to replace what was traced: only what is lost twice is lost.
  const traced = (await lostIn(false)) && (await lostIn(true))
  if (!traced) return undefined
  const ovs = await lab.ovs(node)
  const integration = integrationBridgeName(ovs)
  const asked = { kind: 'arp-request' as const, source: from.address, destination: address }
  const lost: Break = { ...broken, packet: { ...asked, token: packet.token } }
  return (
    (await logicalEnd(lab, route, node, ovs, traced, lost)) ??
    (await switchOddity(lab, node, traced, { integration, links: exit.links, broken: lost })) ??
    meddled(node, integration, traced)
  )
}
