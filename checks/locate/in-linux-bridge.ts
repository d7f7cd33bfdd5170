import { text } from '../../harness/core/text.ts'
import type { FdbEntry, KernelFacts, Link } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { arePair } from '../../harness/look/veth.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { whatDrops } from '../diagnosis/nft-verdict.ts'
import type { Break, Place } from '../heard/bracket.ts'
import { firstOf } from '../nouns/first-of.ts'
import { on } from '../nouns/phrases.ts'
import type { Wanted } from '../nouns/wanted.ts'
import type { End } from '../route/hop.ts'
import type { Post, Route } from '../route/route.ts'
import { heldAt } from './device.ts'
import { twinAt } from './learnt-elsewhere.ts'
import { innerOf } from './oddity.ts'
import { lostUnheard } from './unexplained.ts'

/**
 * What keeps a Linux bridge from passing a packet from port to port: the state of the links, what a port or the bridge was
 * told, then a packet filter. Undefined where the place is none of a Linux bridge.
 */
export async function inLinuxBridge(
  lab: Lab,
  { posts, from, to }: Route,
  place: Extract<Place, { kind: 'bridge' }>,
  broken: Break,
): Promise<BrokenLink | undefined> {
  const { node, enters, leaves } = place
  const name = [enters, leaves].find(({ kind }) => kind === 'bridge')?.links[0]
  if (name === undefined) return undefined
  const facts = await lab.kernel(node)
  const bridge = facts.links.find(link => link.name === name)
  const ports = posts.filter(({ kind }) => kind === 'plug').flatMap(({ links }) => links)
  const held = ({ links, kind }: Post, way: 'in' | 'out') =>
    kind === 'bridge' ? undefined : heldAt(lab, { node, name: links[0]!, way }, broken.packet)
  const suspects: (() => BrokenLink | undefined | Promise<BrokenLink | undefined>)[] = [
    () => held(enters, 'in'),
    () => held(leaves, 'out'),
    () => firstOf(ports, port => outside(node, name, facts, port)),
    () => firstOf(ports, port => notForwarding({ node }, name, facts.links, port)),
    () => firstOf(ports, port => unusual({ node }, name, facts.links, port)),
    // Before its table, which has an entry of the kernel's own for each of these.
    () => takenIn(node, name, facts.links, broken.frame?.destinationMac),
    () => unlessBlind(knownElsewhere(lab, { from, to }, node, name, broken)),
    () => filtered(lab, node, name, broken.packet),
    () => (bridge ? keptApart({ node }, bridge) : undefined),
  ]
  return (await firstOf(suspects, suspect => suspect())) ?? unexplained(place, name, broken)
}

/**
 * What the ports of a Linux bridge keep from a stack that has its address on that bridge: what they were told, what hooks in at
 * them, and VLANs.
 */
export async function keptByPorts(
  lab: Lab,
  end: End,
  links: Link[],
  packet: Wanted,
  way: 'in' | 'out',
): Promise<BrokenLink | undefined> {
  const { device } = end
  const bridge = links.find(({ name }) => name === device)
  const ports = links.filter(({ master }) => master === device).map(({ name }) => name)
  const suspects: (() => BrokenLink | undefined | Promise<BrokenLink | undefined>)[] = [
    () => firstOf(ports, port => notForwarding(end, device, links, port)),
    () => firstOf(ports, port => unusual(end, device, links, port)),
    () => firstOf(ports, name => heldAt(lab, { ...innerOf(end), name, way }, packet)),
    () => (bridge ? keptApart(end, bridge) : undefined),
  ]
  return firstOf(suspects, suspect => suspect())
}

type Where = Pick<End, 'node' | 'netns'>

const placeOf = ({ node, netns }: Where, ...parts: string[]) =>
  [node, ...(netns === undefined ? [] : [`netns ${netns}`]), ...parts].join(' · ')
const bridgeCommand = ({ node, netns }: Where, words: string) =>
  on(node, netns === undefined ? `bridge ${words}` : `sudo bridge -n ${netns} ${words}`)

/** A link that is to take the packet out, or in, is none of the bridge's ports. */
function outside(node: string, bridge: string, { links }: KernelFacts, port: string): BrokenLink | undefined {
  const link = links.find(one => one.name === port)
  if (link?.master === bridge) return undefined
  return {
    where: `${node} · ${port}`,
    saw: text(
      `${port} is not in ${bridge} but in ${link?.master ?? 'no bridge'}`,
      `${port} 不在 ${bridge} 裡${link?.master ? `，而在 ${link.master} 裡` : '，也不在任何 bridge 裡'}`,
    ),
    tryThis: on(node, 'bridge link show'),
  }
}

/** What is for the MAC of the bridge or of a port of it is for its own node, and goes no further (br_fdb_add_local() of br_fdb.c). */
export function takenIn(
  node: string,
  bridge: string,
  links: Link[],
  mac: string | undefined,
): BrokenLink | undefined {
  const own = links.find(link => [link.name, link.master].includes(bridge) && link.mac.toLowerCase() === mac)
  if (!own) return undefined
  return {
    where: `${node} · ${own.name}`,
    saw: text(
      `${own.name} has the MAC address ${mac} itself, so ${bridge} keeps the frames for it on the node`,
      `${own.name} 自己也有 MAC 位址 ${mac}，所以 ${bridge} 把送給它的封包留在節點上`,
    ),
    tryThis: on(node, `ip link show ${own.name}`),
    cause: 'mac-twice',
  }
}

/** With a spanning tree, a port waits before it forwards, or does not forward at all. */
export function notForwarding(
  at: Where,
  bridge: string,
  links: Link[],
  port: string,
): BrokenLink | undefined {
  const state = links.find(one => one.name === port)?.bridgePort?.state
  if (state === undefined || state === 'forwarding') return undefined
  const hasTree = links.find(one => one.name === bridge)?.bridge?.hasSpanningTree
  return {
    where: placeOf(at, bridge, `port ${port}`),
    saw: text(
      `port ${port} of ${bridge} is ${state}${hasTree ? ' (its spanning tree is on)' : ''}, so it forwards nothing`,
      `${bridge} 的 port ${port} 處於 ${state} 狀態${hasTree ? '（spanning tree 已啟用）' : ''}，不會轉送任何封包`,
    ),
    tryThis: bridgeCommand(at, `-d link show dev ${port}`),
  }
}

function unusual(at: Where, bridge: string, links: Link[], port: string): BrokenLink | undefined {
  const settings = links.find(one => one.name === port)?.bridgePort?.unusual ?? []
  if (settings.length === 0) return undefined
  const words = settings.join(', ')
  return {
    where: placeOf(at, bridge, `port ${port}`),
    saw: text(`port ${port} of ${bridge} is set to ${words}`, `${bridge} 的 port ${port} 被設定了 ${words}`),
    tryThis: bridgeCommand(at, `-d link show dev ${port}`),
  }
}

/** The bridge takes the destination's MAC for that of another port, or for its own (bridge(8), fdb). */
export async function knownElsewhere(
  lab: Lab,
  { from, to }: Pick<Route, 'from' | 'to'>,
  node: string,
  bridge: string,
  { packet, frame }: Pick<Break, 'packet' | 'frame'>,
  isMeant: (entry: FdbEntry) => boolean = () => true,
): Promise<BrokenLink | undefined> {
  const end = [from, to].find(one => one?.address === packet.destination)
  const mac = frame?.destinationMac ?? end?.mac
  if (end?.plug === undefined || mac === undefined) return undefined
  const entries = (await lab.fdb(node, bridge)).filter(one => one.mac === mac && isMeant(one))
  const wrong = entries.find(({ port, typed }) => typed === 'local' || port !== end.plug)
  if (!wrong) return undefined
  const where = {
    where: `${node} · ${bridge} · fdb`,
    tryThis: on(node, `bridge fdb show br ${bridge}`),
    cause: 'mac-learnt-elsewhere' as const,
  }
  const { port, typed } = wrong
  if (typed === 'local')
    return {
      ...where,
      saw: text(
        `an entry typed into ${bridge} says that ${mac} is its own, at ${port}, so it takes what is for ${end.plug} itself`,
        `${bridge} 有一筆手動加入的紀錄，說 ${mac} 是它自己的（在 ${port}），所以把給 ${end.plug} 的訊框自己收下`,
      ),
    }
  if (typed)
    return {
      ...where,
      saw: text(
        `an entry typed into ${bridge} says that ${mac} is at ${port}, and not at ${end.plug}`,
        `${bridge} 有一筆手動加入的紀錄，說 ${mac} 在 ${port}，而不是 ${end.plug}`,
      ),
    }
  const saw = text(
    `${bridge} has learnt that ${mac} is at ${port}, and not at ${end.plug}: a frame with that source came from there`,
    `${bridge} 學到 ${mac} 在 ${port}，而不是 ${end.plug}：有以它為來源的訊框從那裡進來`,
  )
  const facts = await lab.kernel(node)
  // Of two ends with one MAC address, the bridge shows the one that spoke last: always the same is named, the later by its name.
  const twins = [from, to].filter(one => one?.mac === mac).sort((a, b) => nameOf(a).localeCompare(nameOf(b)))
  const plug = twins.length > 1 ? twins.at(-1)?.plug : port
  const outer = facts.links.find(({ name }) => name === plug)
  const isBehind = (link: Link) => link === outer || (outer !== undefined && arePair(outer, link))
  return twinAt(node, facts, mac, isBehind, saw) ?? { ...where, saw }
}

const nameOf = (end: End | undefined): string => end?.netns ?? ''

/** What a Linux bridge passes may have to pass the node's packet filters as well, as if it were routed. */
export async function filtered(
  lab: Lab,
  node: string,
  bridge: string,
  packet: Wanted,
): Promise<BrokenLink | undefined> {
  const stack = await unlessBlind(lab.stack(node, undefined, []))
  const rule = stack && whatDrops(stack.chains, { packet, device: bridge, way: 'through' })
  return rule === undefined ? undefined : bridgeFilter(node, bridge, rule)
}

/** A rule of a node's packet filters as the broken link of a bridge of it. */
export const bridgeFilter = (node: string, bridge: string, rule: string): BrokenLink => ({
  where: `${node} · nftables`,
  saw: text(
    `a packet filter of the node, which applies to ${bridge} too: ${rule}`,
    `節點上的封包過濾規則也管到 ${bridge}：${rule}`,
  ),
  tryThis: on(node, 'sudo nft list ruleset; sysctl net.bridge.bridge-nf-call-iptables'),
})

function keptApart(at: Where, { name, bridge }: Link): BrokenLink | undefined {
  if (!bridge?.filtersVlans) return undefined
  return {
    where: placeOf(at, name, 'vlan_filtering'),
    saw: text(
      `${name} has vlan_filtering = 1, so only ports of the same VLAN reach each other`,
      `${name} 的 vlan_filtering = 1，只有同一個 VLAN 的 port 才互通`,
    ),
    tryThis: bridgeCommand(at, 'vlan show'),
  }
}

const unexplained = (
  { node, enters, leaves }: Extract<Place, { kind: 'bridge' }>,
  bridge: string,
  broken: Break,
): BrokenLink => ({
  where: `${node} · ${bridge}`,
  saw: broken.isWide
    ? lostUnheard(broken)
    : text(
        `of ${broken.before} ${broken.packet.kind} packets captured on ${enters.links.join(', ')}, ${broken.behind} came to ${leaves.links.join(', ')}`,
        `在 ${enters.links.join('、')} 擷取到 ${broken.before} 個 ${broken.packet.kind}，到達 ${leaves.links.join('、')} 的有 ${broken.behind} 個`,
      ),
  tryThis: on(node, `bridge fdb show br ${bridge}`),
})
