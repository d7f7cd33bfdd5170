import { text } from '../../harness/core/text.ts'
import type { CaptureSeen, HeardArp, TraceSeen, Traffic } from '../../harness/look/evidence.ts'
import { integrationBridgeName, plugs } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { copiedIntoVlan } from '../diagnosis/mirrored.ts'
import { andThen, on } from '../nouns/phrases.ts'
import type { Route } from '../route/route.ts'
import type { Break } from './bracket.ts'
import { meddled } from './changed-underway.ts'
import { packetToTrace } from './packet.ts'

/**
 * A physical network sends a frame to where it last heard its receiver's MAC address. A node that sends out again, by the
 * same link, what another machine sent draws to itself what is meant for that machine: it was lost between the nodes, but
 * for the sake of this node.
 */
export async function sentBack(
  lab: Lab,
  { from }: Route,
  { captures }: Traffic,
  broken: Break,
): Promise<BrokenLink | undefined> {
  const { place, frame } = broken
  if ((place.kind !== 'wire' && place.kind !== 'outside') || broken.isWide) return undefined
  const [owner, mac, { links }] =
    place.kind === 'wire'
      ? [place.to.node, frame?.destinationMac, place.from]
      : [from.node, from.mac, place.post]
  const again = captures
    .filter(({ node, netns, link }) => node !== owner && netns === undefined && links.includes(link))
    .flatMap(seen => outAgain(seen, mac).map(packet => ({ ...packet, node: seen.node, link: seen.link })))
    .at(0)
  if (!again) return undefined
  const { node, link, source } = again
  const enters = plugs(await lab.ovs(node)).find(({ iface }) => iface.name === link)
  const sent: Break = { ...broken, packet: { ...again, kind: `arp-${again.arp}`, token: '' }, frame: again }
  const packet = enters && packetToTrace({ from, to: undefined, address: '', posts: [] }, enters, sent)
  const [trace] = (packet && (await unlessBlind(lab.traces(node, [packet])))) ?? []
  return sentBackBy(lab, { node, link, source, mac: mac! }, trace)
}

/** A node that sends out again by a link what a machine has sent there, and the flow that does so. */
export async function sentBackBy(
  lab: Lab,
  { node, link, source, mac }: { node: string; link: string; source: string; mac: string },
  trace: TraceSeen | undefined,
): Promise<BrokenLink> {
  const drawn = text(
    `${node} sends packets from ${source} that came in through ${link} out through it again, so the network takes ${mac} to be there`,
    `${node} 把 ${source} 從 ${link} 送進來的封包又從 ${link} 送出去，網路因此以為 ${mac} 在那裡`,
  )
  const flow =
    (trace && meddled(node, integrationBridgeName(await lab.ovs(node)), trace)) ??
    (await copiedIntoVlan(lab, [{ node, links: [link] }]))
  return flow
    ? { ...flow, saw: andThen(drawn, flow.saw) }
    : {
        where: `${node} · ${link}`,
        saw: drawn,
        tryThis: on(node, `sudo tcpdump -n -e -Q out -i ${link} arp`),
      }
}

/** Questions of a MAC that came in there and left there as well. Of echoes it is only known how many there were, not how often. */
const outAgain = (seen: CaptureSeen, mac: string | undefined): HeardArp[] =>
  'blind' in seen
    ? []
    : seen.arps.filter(
        ({ sourceMac, geneve, incoming = 0, count }) =>
          sourceMac === mac && !geneve && incoming > 0 && incoming < count,
      )
