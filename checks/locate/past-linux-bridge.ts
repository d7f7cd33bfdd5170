import { type Text, text } from '../../harness/core/text.ts'
import type { ArpFacts, Link } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { whatRewrites, whatSurelyDrops } from '../diagnosis/nft-verdict.ts'
import type { Break } from '../heard/bracket.ts'
import type { Crossing } from '../heard/carried.ts'
import { Contradiction } from '../heard/contradiction.ts'
import { firstOf } from '../nouns/first-of.ts'
import { andThen, list, on } from '../nouns/phrases.ts'
import type { Route } from '../route/route.ts'
import { bridgeFilter, knownElsewhere, notForwarding, takenIn } from './in-linux-bridge.ts'

/**
 * A second witness of what a Linux bridge carried: it was heard in the bridge and behind it, but what the bridge was told
 * would keep it from passing the packet on, so something else put it out there. Undefined where the bridge may have done so.
 * Rejects with Contradiction where a filter of tc or nftables sends packets from port to port beside it, and nobody can say which
 * of the two did.
 */
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
  if (found) return { ...found, saw: andThen(outside(name, ports), found.saw) }
  await assertAlone(lab, node, name, facts, ports, entered)
  return undefined
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

/** Beside the bridge nothing leads from port to port: it would carry the packets a second time, or in its place. */
async function assertAlone(
  lab: Lab,
  node: string,
  bridge: string,
  facts: ArpFacts | undefined,
  ports: string[],
  entered: Crossing[],
): Promise<void> {
  const leadsTo = (statement: Record<string, unknown>) =>
    ['fwd', 'dup'].some(
      what => what in statement && ports.some(port => JSON.stringify(statement[what]).includes(`"${port}"`)),
    )
  const rule = await firstOf(entered, ({ station: { wanted } }) =>
    firstOf(ports, device =>
      firstOf(['in', 'out'] as const, way => {
        const netdev = (facts?.chains ?? []).filter(({ family }) => family === 'netdev')
        return whatRewrites(netdev, { packet: wanted, device, way }, leadsTo)
      }),
    ),
  )
  const stack = rule === undefined ? await unlessBlind(lab.stack(node, undefined, [])) : undefined
  const filter = stack?.filters.find(
    ({ device, leadsTo = [] }) => ports.includes(device) && leadsTo.some(to => ports.includes(to)),
  )
  const by = rule ?? (filter && `tc ${filter.device} ${filter.way}: mirred to ${filter.leadsTo?.join(', ')}`)
  if (by === undefined) return
  throw new Contradiction(
    text(
      `a rule sends packets from one port of ${bridge} to the other, so it is not known whether the bridge carried them: ${by}`,
      `有規則會把封包從 ${bridge} 的一個 port 送到另一個，無法確定是不是由 bridge 載送：${by}`,
    ),
    {
      where: `${node} · ${filter ? filter.device : 'nftables'}`,
      help: on(
        node,
        filter ? `sudo tc filter show dev ${filter.device} ${filter.way}` : 'sudo nft list ruleset',
      ),
    },
  )
}
