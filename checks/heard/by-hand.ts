import type { Flow, PingSeen, Traffic } from '../../harness/look/evidence.ts'
import { integrationBridgeName } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { FORGOTTEN_MS } from '../../harness/look/traffic.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { livesOfMemory } from '../diagnosis/nft-memory.ts'
import type { Route } from '../route/route.ts'
import { isPlain } from './changed-underway.ts'
import { crossingsOf, traceable } from './crossings.ts'

/** What remembers, and for how long; nobody needs to be told where the silence that it takes is short. */
export interface Memory {
  where: string
  quietMs: number
}

/**
 * Whether a ping that was answered met something that somebody has put there and that may remember other packets: a flow in
 * a bridge beside OVN's own (learn, ovs-actions(7)), or a packet filter at one of its ends or links (a set that packets
 * fill, nft(8)). After `quietMs` of silence it has forgotten them. What could not be looked at is not there.
 */
export async function madeByHand(
  lab: Lab,
  route: Route,
  traffic: Traffic,
  ping: PingSeen,
): Promise<Memory | undefined> {
  const nodes = [...new Set(route.posts.map(({ node }) => node))]
  const found = await Promise.all([
    ...nodes.map(node => unlessBlind(flowsOnTheWay(lab, route, node, traffic, ping))),
    ...nodes.map(node => filters(lab, ping, node, undefined)),
    ...[route.from, route.to].flatMap(end =>
      end && lab.nodes.includes(end.node) ? [filters(lab, ping, end.node, end.netns)] : [],
    ),
  ])
  return longest(found.flatMap(memories => memories ?? []))
}

const longest = (memories: Memory[]): Memory | undefined =>
  memories.toSorted((one, other) => other.quietMs - one.quietMs)[0]

async function flowsOnTheWay(
  lab: Lab,
  route: Route,
  node: string,
  traffic: Traffic,
  ping: PingSeen,
): Promise<Memory[]> {
  const crossings = await traceable(lab, route, node, crossingsOf(route, traffic, ping))
  const [ovs, traces] = await Promise.all([
    lab.ovs(node),
    lab.traces(
      node,
      crossings.map(({ packet }) => packet),
      { again: false },
    ),
  ])
  const own = integrationBridgeName(ovs)
  const met = traces.flatMap(({ steps }) => steps.filter(step => step.bridge !== own && !isPlain(step)))
  return Promise.all(
    [...new Set(met.map(({ bridge }) => bridge))].map(async bridge => ({
      where: `${node} · ${bridge} · OpenFlow`,
      quietMs: quietAfter(learnt((await unlessBlind(lab.flows(node, bridge))) ?? [])),
    })),
  )
}

/** A node's own filters are many, and only those of its links and bridges see frames. */
async function filters(
  lab: Lab,
  { to, tcpPort }: PingSeen,
  node: string,
  netns: string | undefined,
): Promise<Memory[]> {
  const chains = (await unlessBlind(lab.arp(node, netns)))?.chains ?? []
  const met = chains.filter(
    ({ family, policy, rules }) =>
      (netns !== undefined || ['netdev', 'bridge'].includes(family)) &&
      (rules.length > 0 || policy !== 'accept'),
  )
  if (met.length === 0) return []
  const where = `${node}${netns === undefined ? '' : ` · netns ${netns}`} · nftables`
  const about = { isInet6: to.includes(':'), ...(tcpPort !== undefined && { tcpPort }) }
  return [{ where, quietMs: quietAfter(livesOfMemory(met, chains, about)) }]
}

/** What lives for so many seconds after it was last used is gone when nobody has used it for longer. */
const quietAfter = (livesSeconds: number[]): number => Math.max(0, ...livesSeconds) * 1_000 + FORGOTTEN_MS

/**
 * How long the flows live that flows of a bridge make. Those of a table that sends on what it has learnt nothing of, as a
 * switch floods, decide about nobody.
 */
function learnt(flows: Flow[]): number[] {
  const passes = new Set(
    flows.filter(({ match, actions }) => match === '' && actions !== 'drop').map(({ table }) => table),
  )
  return flows.flatMap(({ actions }) =>
    [...actions.matchAll(/\blearn\(((?:[^()]|\([^()]*\))*)\)/g)].flatMap(([, made = '']) => {
      const secondsOf = (name: string) => Number(new RegExp(`\\b${name}=(\\d+)`).exec(made)?.[1] ?? 0)
      const lives = [secondsOf('idle_timeout'), secondsOf('hard_timeout')].filter(seconds => seconds > 0)
      return passes.has(secondsOf('table')) ? [] : [Math.min(Number.POSITIVE_INFINITY, ...lives)]
    }),
  )
}
