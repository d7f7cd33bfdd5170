import { text } from '../../harness/core/text.ts'
import type { ArpFacts } from '../../harness/look/evidence.ts'
import { addressesOf } from '../../harness/look/joints.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { whatSurelyDrops } from '../diagnosis/nft-verdict.ts'
import { IGNORES_ALL } from '../nouns/arp.ts'
import { inside } from '../nouns/phrases.ts'
import type { Wanted } from '../nouns/wanted.ts'
import { type End, stackName } from '../route/hop.ts'
import { learntOf } from '../route/next-hop.ts'
import type { Break } from '../route/place.ts'
import type { Route } from '../route/route.ts'
import { oddity } from './oddity.ts'
import { filterOf } from './stack-rules.ts'

/** The rule that keeps an ARP packet, supposing that it comes that far. */
export const surelyDrops = (facts: ArpFacts | undefined, device: string, packet: Wanted, way: 'in' | 'out') =>
  whatSurelyDrops(facts?.chains ?? [], { packet, device, way, isSupposed: true })

/** A machine that never asks for a MAC address; `wasAsked`: it may still ask the one it has heard of, alone (arp(7)). */
export function asksNobody(end: End, facts: ArpFacts | undefined, wasAsked: boolean): BrokenLink | undefined {
  const solicits = facts?.solicits[end.device]
  if (!solicits || solicits.multicast + solicits.daemon + (wasAsked ? solicits.unicast : 0) > 0)
    return undefined
  return oddity(
    end,
    'mcast_solicit',
    'netns-arp',
    text(
      `${end.netns ?? end.node} has net.ipv4.neigh.${end.device}.mcast_solicit = 0, so it asks nobody for a MAC address`,
      `${end.netns ?? end.node} 的 net.ipv4.neigh.${end.device}.mcast_solicit = 0，不會詢問任何 MAC 位址`,
    ),
    inside(end, `sysctl net.ipv4.neigh.${end.device}.mcast_solicit`),
  )
}

/**
 * A router that does not know the MAC address of an end asks it (ovn-northd(8), lr_in_arp_request), and answers its ping only
 * then: what keeps the end from saying it. Undefined where the router knows it, by a row or by the end's port.
 */
export async function routersQuestion(
  lab: Lab,
  { from, routed }: Route,
  { packet }: Break,
): Promise<BrokenLink | undefined> {
  const joint = routed?.from.joints.find(({ port }) => addressesOf(port).includes(packet.destination))
  if (!joint) return undefined
  if (await isKnownTo(lab, joint.port.name, from)) return undefined
  const question: Wanted = {
    kind: 'arp-request',
    source: packet.destination,
    destination: from.address,
    token: packet.token,
  }
  const answer: Wanted = {
    ...question,
    kind: 'arp-reply',
    source: from.address,
    destination: packet.destination,
  }
  return unanswered(from, await unlessBlind(lab.arp(from.node, from.netns)), question, answer)
}

/** Whether a router need not ask for the MAC of an end: a row of the southbound database, or the end's own port, tells it. */
export async function isKnownTo(
  lab: Lab,
  routerPort: string,
  { address, logicalPort }: Pick<End, 'address' | 'logicalPort'>,
): Promise<boolean> {
  const [{ ports }, { macBindings, staticMacBindings }] = await Promise.all([lab.northbound(), learntOf(lab)])
  return (
    [...macBindings, ...staticMacBindings].some(
      ({ logical_port, ip }) => logical_port === routerPort && ip === address,
    ) ||
    ports.some(
      ({ name, addresses, dynamic_addresses }) =>
        name === logicalPort &&
        [...addresses, ...dynamic_addresses].some(words => words.split(/\s+/).includes(address)),
    )
  )
}

/** Why a machine that is asked for its MAC address does not say it. */
export function unanswered(
  to: End,
  facts: ArpFacts | undefined,
  question: Wanted,
  answer: Wanted,
): BrokenLink | undefined {
  const closed = surelyDrops(facts, to.device, question, 'in') ?? surelyDrops(facts, to.device, answer, 'out')
  if (closed) return filterOf(to, closed)
  if (facts?.ignores?.[to.device] !== IGNORES_ALL) return undefined
  return oddity(
    to,
    'arp_ignore',
    'netns-arp',
    text(
      `${stackName(to)} has net.ipv4.conf.${to.device}.arp_ignore = ${IGNORES_ALL}, so it tells nobody its MAC address`,
      `${stackName(to)} 的 net.ipv4.conf.${to.device}.arp_ignore = ${IGNORES_ALL}，不會告訴任何人自己的 MAC 位址`,
    ),
    inside(to, `sysctl net.ipv4.conf.all.arp_ignore net.ipv4.conf.${to.device}.arp_ignore`),
  )
}
