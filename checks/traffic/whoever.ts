import { text } from '../../harness/core/text.ts'
import type { ArpFacts, Traffic } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { whatSurelyDrops } from '../diagnosis/nft-verdict.ts'
import type { Crossing } from '../heard/carried.ts'
import { crossingsOf, traceable, translationsOf } from '../heard/crossings.ts'
import { keeperOf, keptBeside } from '../locate/keeper.ts'
import { filterOf } from '../locate/stack-rules.ts'
import { firstOf } from '../nouns/first-of.ts'
import { andThen, on } from '../nouns/phrases.ts'
import { SOMEBODYS_MAC, somebodyIn } from '../nouns/somebody.ts'
import { untoldOutside } from '../path/asked-outside.ts'
import type { Route } from '../route/route.ts'
import { addressesNamed, ovnsOwn } from './addresses-named.ts'
import { answersLedElsewhere, answersSentElsewhere, quartersOf } from './answers-elsewhere.ts'
import type { Probe } from './traffic.ts'

/**
 * What would keep another machine of a network from what was answered to one: nobody can ask from there, so the same request is
 * traced through the flows of each node on the way, and led past the filters at the end, and so is its question by ARP, under an address that nobody could know
 * beforehand. Undefined where it would get as far, or where that cannot be told.
 */
export async function keptFromOthers(
  lab: Lab,
  { route, traffic, ping }: Probe,
  network: string,
): Promise<BrokenLink | undefined> {
  const crossings = [
    ...crossingsOf(route, traffic, ping).filter(({ station }) => station.direction === 'request'),
    ...translationsOf(route, traffic, ping),
  ]
  const nodes = [...new Set(crossings.map(({ station }) => station.post.node))]
  const told = async (other: string, kept: BrokenLink | undefined): Promise<BrokenLink | undefined> =>
    kept && {
      ...kept,
      saw: andThen(
        text(
          `${route.from.address} is answered, but a ping from ${other} would be lost`,
          `${route.from.address} 有收到回應，但從 ${other} 送出的 ping 會遺失`,
        ),
        kept.saw,
      ),
    }
  const keptFrom = async (other: string) => {
    const found = await Promise.all([
      ...nodes.map(node => keptByFlows(lab, route, node, crossings, { own: route.from.address, other })),
      keptByFilters(lab, route, traffic, ping.token, other),
      answersSentElsewhere(lab, route, [other]).then(found => found?.kept),
      // Before the first ping, it asks by ARP who has the address.
      untoldOutside(lab, { ...route, from: { ...route.from, address: other } }, ping.token),
    ])
    return told(
      other,
      found.find(broken => broken !== undefined),
    )
  }
  const somebody = somebodyIn(network, ping.token)
  const known = ovnsOwn(await lab.northbound())
  const inQuarters = quartersOf(network)
    .map(quarter => somebodyIn(quarter, ping.token))
    .filter(one => !known.has(one))
  const named = await addressesNamed(lab, route, network, ping.token)
  return (
    (await keptFrom(somebody)) ??
    (await told(somebody, await keptForItsMac(lab, route, crossings, somebody))) ??
    (await firstOf([answersSentElsewhere, answersLedElsewhere], async elsewhere => {
      const found = await elsewhere(lab, route, [...inQuarters, ...named])
      return found && told(found.other, found.kept)
    })) ??
    firstOf(named, keptFrom)
  )
}

/** The same from a machine that has another MAC address as well, which each has; behind a router nobody sees that. */
async function keptForItsMac(
  lab: Lab,
  route: Route,
  crossings: Crossing[],
  other: string,
): Promise<BrokenLink | undefined> {
  const entered = crossings.filter(({ station }) => station.post === route.posts[0])
  const mac = entered[0]?.station.heard.frames.at(0)?.sourceMac
  if (mac === undefined) return undefined
  const differs = { own: route.from.address, other, mac }
  return unlessBlind(keptByFlows(lab, route, route.posts[0]!.node, entered, differs))
}

async function keptByFlows(
  lab: Lab,
  route: Route,
  node: string,
  crossings: Crossing[],
  { own, other, mac }: { own: string; other: string; mac?: string },
): Promise<BrokenLink | undefined> {
  const [ovs, traced] = await Promise.all([lab.ovs(node), traceable(lab, route, node, crossings)])
  const asOther = (flow: string) =>
    flow
      .replace(`nw_src=${own},`, `nw_src=${other},`)
      .replace(mac === undefined ? /^$/ : `dl_src=${mac},`, `dl_src=${SOMEBODYS_MAC},`)
  const pairs = traced.map(one => ({
    ...one,
    usual: one.packet,
    other: { ...one.packet, flow: asOther(one.packet.flow) },
  }))
  const kept = await keptBeside(lab, node, pairs)
  if (!kept) return undefined
  const { broken } = kept.pair
  const lost = { ...broken, packet: { ...broken.packet, source: other } }
  return keeperOf(lab, route, { node, ovs, trace: kept.trace }, lost)
}

/** The filters of the end, and those that hook in at the links on the way, which see frames that no IP stack takes. */
async function keptByFilters(
  lab: Lab,
  { from, to, posts }: Route,
  { captures }: Traffic,
  token: string,
  other: string,
): Promise<BrokenLink | undefined> {
  if (!to) return undefined
  const asked: [string, string] = [from.address, other]
  const own = await unlessBlind(lab.arp(to.node, to.netns))
  const rule = own && onlyFor(own, to.device, asked, { host: to.address, token })
  if (rule !== undefined) return filterOf(to, rule)
  for (const { node, netns, links } of posts) {
    const facts = netns === undefined ? await unlessBlind(lab.arp(node, undefined)) : undefined
    const chains = facts?.chains.filter(({ family }) => family === 'netdev') ?? []
    for (const link of links) {
      // Where the router has translated its packets already, the end bears another address.
      const heard = captures
        .filter(seen => seen.node === node && seen.netns === netns && seen.link === link)
        .flatMap(seen => ('heard' in seen ? seen.heard.filter(packet => packet.token === token) : []))
      const mac = posts[0]!.node === node && posts[0]!.links.includes(link) ? heard[0]?.sourceMac : undefined
      const hosts = [to.address, ...heard.flatMap(({ source, destination }) => [source, destination])]
      const hooked = [...new Set(hosts)]
        .filter(host => host !== from.address)
        .map(host => facts && onlyFor({ ...facts, chains }, link, asked, { host, token, mac }))
        .find(rule => rule !== undefined)
      if (hooked === undefined) continue
      return {
        where: `${node} · ${link}`,
        saw: text(`a packet filter at ${link}: ${hooked}`, `${link} 上有封包過濾規則：${hooked}`),
        tryThis: on(node, 'sudo nft list ruleset'),
      }
    }
  }
  return undefined
}

/** The rule by which a packet from the one, or for it, passes, and one from or for the other surely does not. */
function onlyFor(
  facts: ArpFacts,
  device: string,
  [one, other]: [string, string],
  { host, token, mac }: { host: string; token: string; mac?: string | undefined },
): string | undefined {
  for (const way of ['in', 'out'] as const)
    for (const kind of ['echo-request', 'echo-reply'] as const) {
      const dropOf = (peer: string) => {
        const [source, destination] = kind === 'echo-request' ? [peer, host] : [host, peer]
        const packet = { kind, source, destination, token }
        const end = kind === 'echo-request' ? 'ether saddr' : 'ether daddr'
        const also = mac === undefined ? {} : { [end]: peer === one ? mac : SOMEBODYS_MAC }
        return whatSurelyDrops(facts.chains, { packet, device, way, isSupposed: true, also })
      }
      const dropped = dropOf(other)
      if (dropped !== undefined && dropOf(one) === undefined) return dropped
    }
  return undefined
}
