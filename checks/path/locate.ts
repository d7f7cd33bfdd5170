import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { text } from '../../harness/say/text.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { on } from '../phrases.ts'
import type { Break, Place } from './bracket.ts'
import { heldAt } from './device.ts'
import { impostor, knownImpostor } from './impostor.ts'
import { inBridge } from './in-bridge.ts'
import { inStack } from './in-stack.ts'
import { localnetTag } from './localnet-tag.ts'
import type { Route } from './route.ts'
import { rewrites } from './stack-rules.ts'
import { neighbourAstray } from './stack-ways.ts'
import { lostUnheard } from './unexplained.ts'

/** What broke a path at the place where its packets were lost or changed. That place is a fact; what is named there explains it. */
export async function locate(lab: Lab, route: Route, broken: Break): Promise<BrokenLink> {
  const { place, odd } = broken
  if (odd) {
    const found = await whyOdd(lab, route, broken)
    if (found) return found
  }
  switch (place.kind) {
    case 'stack':
      return inStack(lab, place, broken, peerOf(route, place))
    case 'bridge':
      return inBridge(lab, route, place, broken)
    case 'wire':
      return onWire(lab, place, broken)
    case 'outside':
      return (await claimant(lab, route, broken)) ?? outside(route, place, broken)
  }
}

const peerOf = ({ from, to, address }: Route, { end }: Extract<Place, { kind: 'stack' }>) =>
  end === from || end.address === from.address
    ? { address, ...(to && { mac: to.mac }) }
    : { address: from.address, mac: from.mac }

async function whyOdd(lab: Lab, route: Route, broken: Break): Promise<BrokenLink | undefined> {
  const { place, packet, odd } = broken
  const { what, frame } = odd!
  if (what === 'rewritten' && place.kind === 'stack') return rewrites(lab, place.end, broken)
  if (what === 'vlan') return localnetTag(lab, route)
  // Who was asked, and who answered: a packet of ours with somebody else's MAC.
  if (what === 'destination-mac' && place.kind === 'stack') {
    const written = await inStack(lab, place, broken, peerOf(route, place))
    return written.cause ? written : impostor(lab, packet.destination, frame.destinationMac)
  }
  if (what === 'source-mac') return impostor(lab, packet.source, frame.sourceMac)
  return undefined
}

/** Between two nodes nothing of ours can look; what each side's own link does is seen. */
async function onWire(
  lab: Lab,
  { from, to }: Extract<Place, { kind: 'wire' }>,
  broken: Break,
): Promise<BrokenLink> {
  const { packet, before, behind } = broken
  const [leaves, arrives] = [from.links[0]!, to.links[0]!]
  const held =
    to.kind === 'exit' ? await heldAt(lab, { node: to.node, name: arrives, way: 'in' }, packet) : undefined
  return (
    held ?? {
      where: `${from.node} · ${leaves} → ${to.node} · ${arrives}`,
      saw: broken.isWide
        ? lostUnheard(broken)
        : text(
            `${before} ${packet.kind} packets left ${from.node} through ${leaves}, and ${behind} arrived on ${arrives} of ${to.node}: the problem is in the network between them`,
            `有 ${before} 個 ${packet.kind} 從 ${from.node} 的 ${leaves} 送出，${to.node} 的 ${arrives} 收到 ${behind} 個：問題在兩者之間的網路`,
          ),
      tryThis: on(to.node, `sudo tcpdump -n -e -i ${arrives} arp or icmp`),
    }
  )
}

/** Packets for the outside went to a MAC that OVN or a machine of ours had given for the address. */
async function claimant(
  lab: Lab,
  { from, address }: Route,
  { frame }: Break,
): Promise<BrokenLink | undefined> {
  if (!frame || frame.destinationMac.startsWith('ff:')) return undefined
  const stack = await unlessBlind(lab.stack(from.node, from.netns, []))
  return (
    (stack && (await neighbourAstray(lab, from, stack, { address }))) ??
    (await knownImpostor(lab, address, frame.destinationMac))
  )
}

const outside = (
  { address }: Route,
  { post }: Extract<Place, { kind: 'outside' }>,
  { packet, before }: Break,
): BrokenLink => ({
  where: `${post.node} · ${post.links[0]} → ${address}`,
  saw: text(
    `${before} packets for ${address} left ${post.node} through ${post.links[0]}, and no ${packet.kind} came back: no machine there answers`,
    `給 ${address} 的封包有 ${before} 個從 ${post.node} 的 ${post.links[0]} 送出，但沒有收到 ${packet.kind}：那裡沒有機器回應`,
  ),
  tryThis: on(post.node, `sudo tcpdump -n -e -i ${post.links[0]} host ${address}`),
})
