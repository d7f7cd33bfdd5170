import type { Traffic } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Break } from '../heard/bracket.ts'
import { gateAt } from '../heard/gate.ts'
import { packetToTrace } from '../heard/packet.ts'
import { keeperOf } from '../locate/keeper.ts'
import { filterOf } from '../locate/stack-rules.ts'
import { surelyDrops, unanswered } from '../locate/unanswered.ts'
import { firstOf } from '../nouns/first-of.ts'
import { andThen } from '../nouns/phrases.ts'
import type { Wanted } from '../nouns/wanted.ts'
import type { End } from '../route/hop.ts'
import { plugPost, type Route } from '../route/route.ts'
import { echoStations } from '../route/stations.ts'
import { WHILE_REMEMBERED } from './asked-outside.ts'

/**
 * What keeps two ends of IPv6 on one link from asking for each other again once they have forgotten their MAC addresses (RFC 4861,
 * 7.2): a packet filter at either, or flows that drop the solicitation where it comes in. OVN answers it, or passes it on; an ACL
 * never drops it. Undefined where nothing does.
 */
export const unaskableInet6 = (
  lab: Lab,
  route: Route,
  traffic: Traffic,
  token: string,
): Promise<BrokenLink | undefined> => {
  const { from, to, routed } = route
  if (!to || routed || !from.address.includes(':')) return Promise.resolve(undefined)
  const isHeard = echoStations(route, traffic, token).some(({ heard }) => heard.count > 0)
  if (!isHeard) return Promise.resolve(undefined)
  const ways: [End, End][] = [
    [from, to],
    [to, from],
  ]
  return firstOf(ways, async ([end, peer]) => {
    const found = await unlessBlind(asksInVain(lab, route, end, peer))
    return found && { ...found, saw: andThen(WHILE_REMEMBERED, found.saw) }
  })
}

async function asksInVain(lab: Lab, route: Route, end: End, peer: End): Promise<BrokenLink | undefined> {
  const question: Wanted = {
    ...{ kind: 'arp-request', token: '' },
    ...{ source: end.address, destination: peer.address },
  }
  const answer: Wanted = {
    ...question,
    ...{ kind: 'arp-reply', source: peer.address, destination: end.address },
  }
  const [own, other] = await Promise.all([
    unlessBlind(lab.arp(end.node, end.netns)),
    unlessBlind(lab.arp(peer.node, peer.netns)),
  ])
  const rule = surelyDrops(own, end.device, question, 'out') ?? surelyDrops(own, end.device, answer, 'in')
  if (rule) return filterOf(end, rule)
  const came = await cameTo(lab, route, { end, peer }, question)
  // What OVN answers itself does not get to the peer.
  return came === 'peer' ? other && unanswered(peer, { ...other, ignores: {} }, question, answer) : came
}

/** Whether the question comes to the peer, or what drops it where it comes in; undefined where OVN answers it, or that cannot be told. */
async function cameTo(
  lab: Lab,
  route: Route,
  { end, peer }: { end: End; peer: End },
  packet: Wanted,
): Promise<BrokenLink | 'peer' | undefined> {
  const post = plugPost(end)
  const [{ plug }, goal] = await Promise.all([
    gateAt(lab, route, post),
    peer.node === end.node ? gateAt(lab, route, plugPost(peer)) : undefined,
  ])
  const broken: Break = {
    place: { kind: 'bridge', node: end.node, enters: post, leaves: post },
    packet,
    before: 1,
    behind: 0,
  }
  const traced = plug && packetToTrace(route, plug, broken)
  if (!traced) return undefined
  // OVN may be about to replace what was traced: only what is dropped twice is.
  for (const again of [false, true]) {
    const [trace] = await lab.traces(end.node, [traced], { again })
    if (!trace) return undefined
    if (trace.datapathActions !== 'drop') return goal?.isReachedBy(trace) ? 'peer' : undefined
    if (again) return keeperOf(lab, route, { node: end.node, ovs: await lab.ovs(end.node), trace }, broken)
  }
  return undefined
}
