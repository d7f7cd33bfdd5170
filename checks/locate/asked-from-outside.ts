import type { TraceSeen } from '../../harness/look/evidence.ts'
import { integrationBridgeName } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { meddled } from '../heard/changed-underway.ts'
import { gateAt, isUserspace } from '../heard/gate.ts'
import { logicalEnd } from '../heard/logical-end.ts'
import { SOMEBODYS_MAC } from '../nouns/somebody.ts'
import type { Wanted } from '../nouns/wanted.ts'
import type { Outward } from '../route/outward.ts'
import type { Break } from '../route/place.ts'
import type { Route } from '../route/route.ts'
import { switchOddity } from './bridge-oddity.ts'
import { filterAt } from './device.ts'
import { teller, toldBy } from './teller.ts'
import { surelyDrops } from './unanswered.ts'

/**
 * Who is outside asks by ARP for an address that a router answers for (ovn-northd(8), ARP replies for NAT): before any ping, or before
 * answering one. The question is traced as it comes in by the link: what keeps the answer from going out by it is named, and what
 * tells another MAC address than that of the router or of the row. Undefined where the right answer goes out.
 */
export async function askedInVain(
  lab: Lab,
  route: Route,
  { packet, ...broken }: Break,
  { outer: { node }, mac: own }: Outward,
): Promise<BrokenLink | undefined> {
  const { from, to, address, posts } = route
  const exit = to ? posts[0] : posts.at(-1)
  if (!exit || address.includes(':')) return undefined
  const { plug, isReachedBy } = await gateAt(lab, route, exit)
  const [port] = plug?.iface.ofport ?? []
  if (!plug || port === undefined) return undefined
  const { macBindings } = await lab.southbound()
  const [sentTo, sentFrom] = [broken.frame?.destinationMac, broken.frame?.source ?? packet.source]
  // What went to a next hop, that machine is to answer, or to bring the answer of another.
  const [asker, asked] = to
    ? [macBindings.find(({ ip }) => ip === from.address) ?? { ip: from.address, mac: SOMEBODYS_MAC }, address]
    : [macBindings.find(({ mac }) => mac === sentTo), sentFrom]
  if (!asker) return undefined
  const { ip, mac } = asker
  const flow = `in_port=${port},dl_src=${mac},dl_dst=ff:ff:ff:ff:ff:ff,arp,arp_op=1,arp_spa=${ip},arp_tpa=${asked},arp_sha=${mac}`
  const question = [{ bridge: plug.bridge.name, flow }]
  const isLost = (seen: TraceSeen) => isReachedBy(seen) === false
  const isElsewhere = (seen: TraceSeen) => to !== undefined && ![own, undefined].includes(toldBy(seen))
  const lostIn = async (again: boolean) =>
    (await lab.traces(node, question, { again })).find(seen => isLost(seen) || isElsewhere(seen))
  const arp = { source: ip, destination: asked, token: packet.token }
  // OVN may be about to replace what was traced: only what is lost twice is lost.
  const traced = (await lostIn(false)) && (await lostIn(true))
  if (!traced) return heldAtLink(lab, node, exit.links, arp)
  if (!isLost(traced)) return teller(lab, node, traced, address)
  const ovs = await lab.ovs(node)
  const integration = integrationBridgeName(ovs)
  const lost: Break = { ...broken, packet: { kind: 'arp-request', ...arp } }
  return (
    (await logicalEnd(lab, route, node, ovs, traced, lost)) ??
    (await switchOddity(lab, node, traced, { integration, links: exit.links, broken: lost })) ??
    meddled(node, integration, traced)
  )
}

/** A packet filter at the link that surely drops the answer, or the question where the kernel is the one that takes it in. */
async function heldAtLink(
  lab: Lab,
  node: string,
  links: string[],
  { source, destination, token }: Omit<Wanted, 'kind'>,
): Promise<BrokenLink | undefined> {
  const [arp, facts] = await Promise.all([
    unlessBlind(lab.arp(node, undefined)),
    unlessBlind(lab.kernel(node)),
  ])
  const answer: Wanted = { kind: 'arp-reply', source: destination, destination: source, token }
  const question: Wanted = { kind: 'arp-request', source, destination, token }
  for (const link of links) {
    const rule =
      surelyDrops(arp, link, answer, 'out') ??
      // The datapath in user space hears what comes in before such filters do.
      (isUserspace(facts?.datapath) ? undefined : surelyDrops(arp, link, question, 'in'))
    if (rule !== undefined) return filterAt(node, link, rule)
  }
  return undefined
}
