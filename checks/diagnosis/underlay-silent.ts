import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { IGNORES_ALL } from '../nouns/arp.ts'
import { firstOf } from '../nouns/first-of.ts'
import { on } from '../nouns/phrases.ts'
import type { Wanted } from '../nouns/wanted.ts'
import type { BrokenLink } from './broken-link.ts'
import { deadBeneath } from './dead-beneath.ts'
import { whatSurelyDrops } from './nft-verdict.ts'
import { encapAddressGone } from './underlay-address.ts'
import { heldInBridge, taggedInBridge } from './underlay-bridge.ts'
import { between } from './underlay-route.ts'

/**
 * Why packets of one node get to no other one on the network between them, where a tunnel was meant to take them there: a link that
 * carries nothing, a bridge that passes nothing on, an address that is gone, or a node that tells nobody its MAC address.
 */
export async function underlayApart(lab: Lab, node: string, peer: string): Promise<BrokenLink | undefined> {
  const ways = await waysBetween(lab, node, peer)
  return (
    (await firstOf(ways, ({ at, link }) => (link ? deadBeneath(lab, at, link.to) : undefined))) ??
    (await firstOf(ways, ({ at }) => encapAddressGone(lab, at))) ??
    (await firstOf(ways, ({ at, link }) => (link ? heldInBridge(lab, at, link.link.name) : undefined))) ??
    (await firstOf(ways, ({ at, other }) => underlaySilent(lab, other, at)))
  )
}

/** Packets of a tunnel that come to the link of the other node in a VLAN that is not its own. */
export const underlayTagged = async (lab: Lab, node: string, peer: string): Promise<BrokenLink | undefined> =>
  firstOf(await waysBetween(lab, node, peer), ({ at, link }) =>
    link ? taggedInBridge(lab, at, link.link.name) : undefined,
  )

/** Each of two nodes with the link by which it gets to the other one. */
const waysBetween = async (lab: Lab, node: string, peer: string) => [
  { at: node, other: peer, link: await between(lab, node, peer) },
  { at: peer, other: node, link: await between(lab, peer, node) },
]

/** A node that is in one subnet with another one, but does not tell it the MAC address of its tunnel address (arp(7)). */
export async function underlaySilent(lab: Lab, node: string, peer: string): Promise<BrokenLink | undefined> {
  const ends = await between(lab, node, peer)
  if (!ends?.from) return undefined
  const { from, to, link } = ends
  const cause = 'underlay-silent' as const
  const its = text(
    `${link.name} of ${node}, which has the tunnel address ${from},`,
    `${node} 的 ${link.name}（有 tunnel 位址 ${from}）`,
  )
  if (link.hasNoArp)
    return {
      where: `${node} · ${link.name}`,
      saw: text(
        `${its.en} has ARP switched off (NOARP), so it neither sends nor answers ARP requests`,
        `${its['zh-TW']}關閉了 ARP（NOARP），不會送出也不會回應 ARP request`,
      ),
      tryThis: on(node, `ip link show ${link.name}`),
      cause,
    }
  const facts = await unlessBlind(lab.arp(node, undefined))
  const question: Wanted = { kind: 'arp-request', source: to, destination: from, token: '' }
  const answer: Wanted = { ...question, kind: 'arp-reply', source: from, destination: to }
  const drops = (packet: Wanted, way: 'in' | 'out') =>
    whatSurelyDrops(facts?.chains ?? [], { packet, device: link.name, way, isSupposed: true })
  const rule = drops(question, 'in') ?? drops(answer, 'out')
  if (rule)
    return {
      where: `${node} · nftables`,
      saw: text(
        `a packet filter on ${node} drops the ARP packets of ${link.name}, which has the tunnel address ${from}: ${rule}`,
        `${node} 的封包過濾規則丟棄了 ${link.name}（有 tunnel 位址 ${from}）的 ARP 封包：${rule}`,
      ),
      tryThis: on(node, 'sudo nft list ruleset'),
      cause,
    }
  if (facts?.ignores?.[link.name] !== IGNORES_ALL) return undefined
  return {
    where: `${node} · arp_ignore`,
    saw: text(
      `${its.en} has arp_ignore = ${IGNORES_ALL}, so it tells nobody its MAC address`,
      `${its['zh-TW']}的 arp_ignore = ${IGNORES_ALL}，不會告訴任何人自己的 MAC 位址`,
    ),
    tryThis: on(node, `sysctl net.ipv4.conf.all.arp_ignore net.ipv4.conf.${link.name}.arp_ignore`),
    cause,
  }
}
