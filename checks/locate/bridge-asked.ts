import { text } from '../../harness/core/text.ts'
import type { KernelFacts, Link } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { ArpFacts } from '../../harness/look/stack.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { whatSurelyDrops } from '../diagnosis/nft-verdict.ts'
import { list, on } from '../nouns/phrases.ts'
import type { Wanted } from '../nouns/wanted.ts'
import type { End } from '../route/hop.ts'
import type { Route } from '../route/route.ts'
import { bridgeFilter } from './in-linux-bridge.ts'

/** Who has to learn a MAC address through a Linux bridge; `wasAsked`: it asks the one it has heard of, alone. */
export interface BridgeAsk {
  end: Pick<End, 'device' | 'node' | 'netns'>
  peer: { address: string; mac?: string | undefined }
  wasAsked?: true
}

/**
 * What keeps a Linux bridge from passing on the question for a MAC address, though it passes all else: a port that gets no
 * broadcasts, a packet filter, or the bridge itself, which answers with what it was told (bridge(8), neigh_suppress).
 * Undefined where the path has no such bridge.
 */
export async function bridgeKeepsQuestion(
  lab: Lab,
  { posts }: Route,
  ask: BridgeAsk,
  question: Wanted,
): Promise<BrokenLink | undefined> {
  const post = posts.find(({ kind }) => kind === 'bridge')
  const name = post?.links[0]
  if (!post || name === undefined) return undefined
  const { node } = post
  const [facts, arp] = await Promise.all([lab.kernel(node), unlessBlind(lab.arp(node, undefined))])
  const crossing = { packet: question, device: name, way: 'through', isSupposed: true } as const
  const rule = whatSurelyDrops(arp?.chains ?? [], crossing)
  if (rule !== undefined) return bridgeFilter(node, name, rule)
  if (ask.wasAsked) return undefined
  return deafPort(node, name, facts, arp, ask, posts) ?? answeredByBridge(node, name, facts, arp, ask, posts)
}

const settingsOf = (link: Link | undefined): string[] => link?.bridgePort?.unusual ?? []

/** A port that gets no broadcasts, or nothing that is flooded (br_flood() of br_forward.c), so no question leaves by it. */
function deafPort(
  node: string,
  bridge: string,
  { links }: KernelFacts,
  arp: ArpFacts | undefined,
  { peer }: BridgeAsk,
  posts: Route['posts'],
): BrokenLink | undefined {
  const at = (post: Route['posts'][number] | undefined) =>
    settingsOf(links.find(({ name }) => name === post?.links[0]))
  const port = posts.at(-1)?.links[0]
  const setting = at(posts.at(-1)).find(one => [NO_BROADCASTS, PROXY].includes(one))
  if (setting === undefined) return undefined
  // Where such a port asks, the bridge answers for a neighbour of its own device; with the MAC address it has, nobody need ask on.
  const told = arp?.neighbours.find(({ address, device }) => address === peer.address && device === bridge)
  if (told?.mac !== undefined && told.mac === peer.mac && at(posts[0]).includes(PROXY)) return undefined
  return {
    where: `${node} · ${bridge} · port ${port}`,
    saw: text(
      `port ${port} of ${bridge} is set to ${setting}, so no question for a MAC address leaves by it`,
      `${bridge} 的 port ${port} 被設定了 ${setting}，詢問 MAC 位址的封包不會從那裡送出`,
    ),
    tryThis: on(node, `bridge -d link show dev ${port}`),
  }
}

const NO_BROADCASTS = 'bcast_flood off'
const PROXY = 'proxy_arp on'
const SUPPRESSES = 'neigh_suppress on'

/**
 * A bridge answers for a neighbour of its own device, where it knows the neighbour's MAC at a port that spares its machines
 * such questions, unless the question comes in by such a port (br_do_proxy_suppress_arp() of br_arp_nd_proxy.c).
 */
function answeredByBridge(
  node: string,
  bridge: string,
  { links }: KernelFacts,
  arp: ArpFacts | undefined,
  { peer }: BridgeAsk,
  posts: Route['posts'],
): BrokenLink | undefined {
  const suppressing = links
    .filter(link => link.master === bridge && settingsOf(link).includes(SUPPRESSES))
    .map(({ name }) => name)
  const known = arp?.neighbours.find(({ address, device }) => address === peer.address && device === bridge)
  const port = arp?.learnt?.find(({ mac }) => mac === known?.mac)?.port
  const asksBy = posts[0]?.links[0]
  if (!known?.mac || known.mac === peer.mac || port === undefined) return undefined
  if (!suppressing.includes(port) || (asksBy !== undefined && suppressing.includes(asksBy))) return undefined
  const ports = list(suppressing)
  return {
    where: `${node} · ${bridge} · neighbours`,
    saw: text(
      `${bridge} itself answers the question for ${peer.address} with ${known.mac}, its neighbour entry, because neigh_suppress is on at ${ports.en}`,
      `${ports['zh-TW']} 開啟了 neigh_suppress，所以 ${bridge} 自己依鄰居表，用 ${known.mac} 回應對 ${peer.address} 的詢問`,
    ),
    tryThis: on(node, `ip neighbour show dev ${bridge}`),
  }
}
