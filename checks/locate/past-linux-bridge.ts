import { type Text, text } from '../../harness/core/text.ts'
import type { ArpFacts, Link } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { whatSurelyDrops } from '../diagnosis/nft-verdict.ts'
import type { Break } from '../heard/bracket.ts'
import type { Crossing } from '../heard/carried.ts'
import { firstOf } from '../nouns/first-of.ts'
import { andThen, list, on } from '../nouns/phrases.ts'
import type { Route } from '../route/route.ts'
import { bridgeFilter, knownElsewhere, notForwarding, takenIn } from './in-linux-bridge.ts'

/**
 * A second witness of what a Linux bridge carried: it was heard in the bridge and behind it, but what the bridge was told
 * would keep it from passing the packet on, so something else put it out there. Undefined where the bridge may have done so.
 * */
export async function pastLinuxBridge(
  lab: Lab,
  route: Route,
  crossings: Crossing[],
): Promise<BrokenLink | undefined> {
  const bridge = route.posts.find(({ kind }) => kind === 'bridge')
  const name = bridge?.links[0]
  if (!bridge || name === undefined) return undefined
  const { node } = bridge
  const [{ links }, facts] = await Promise.all([lab.kernel(node), unlessBlind(lab.arp(node, undefined))])
  const ports = route.posts.filter(({ kind }) => kind === 'plug').flatMap(post => post.links)
  const entered = crossings.filter(({ station }) => station.post.kind === 'plug')
  const found =
    (await firstOf(ports, port => notForwarding({ node }, name, links, port))) ??
    isolated(node, name, links, ports) ??
    (await firstOf(entered, crossing => keeps(lab, route, { node, name, links, facts }, crossing)))
  return found && { ...found, saw: andThen(outside(name, ports), found.saw) }
}

const outside = (bridge: string, ports: string[]): Text => {
  const both = list(ports)
  return text(
    `packets were captured on ${both.en}, but ${bridge} would not pass them from one to the other`,
    `在 ${both['zh-TW']} 都擷取到封包，但 ${bridge} 不會把它們從一邊轉送到另一邊`,
  )
}

/** Isolated ports reach every port but each other (bridge(8), isolated). */
function isolated(node: string, bridge: string, links: Link[], ports: string[]): BrokenLink | undefined {
  const apart = ports.filter(port =>
    links.find(({ name }) => name === port)?.bridgePort?.unusual.includes('isolated on'),
  )
  if (apart.length < 2) return undefined
  const both = list(apart)
  return {
    where: `${node} · ${bridge} · port ${apart[0]}`,
    saw: text(`${both.en} are set to isolated on`, `${both['zh-TW']} 都被設定了 isolated on`),
    tryThis: on(node, `bridge -d link show dev ${apart[0]}`),
  }
}

interface Bridge {
  node: string
  name: string
  links: Link[]
  facts: ArpFacts | undefined
}

/** What the bridge was told of the packet's destination, and its own filters: those of IP need not apply to it. */
async function keeps(
  lab: Lab,
  route: Route,
  { node, name, links, facts }: Bridge,
  { station: { wanted, heard } }: Crossing,
): Promise<BrokenLink | undefined> {
  const [frame] = heard.frames
  const own = frame && takenIn(node, name, links, frame.destinationMac)
  if (own) return own
  const broken: Pick<Break, 'packet' | 'frame'> = { packet: wanted, ...(frame && { frame }) }
  const typed = await unlessBlind(knownElsewhere(lab, route, node, name, broken, ({ typed }) => !!typed))
  if (typed) return typed
  const chains = (facts?.chains ?? []).filter(({ family }) => family === 'bridge')
  const rule = whatSurelyDrops(chains, { packet: wanted, device: name, way: 'through' })
  return rule === undefined ? undefined : bridgeFilter(node, name, rule)
}
