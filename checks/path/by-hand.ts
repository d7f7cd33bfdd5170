import type { PingSeen, TraceSeen, Traffic } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { integrationBridgeName } from '../nouns/integration-bridge.ts'
import { crossingsOf, traceable } from './crossings.ts'
import type { Route } from './route.ts'

/**
 * Whether a ping that was answered met something that somebody has put there and that may remember other packets: a flow in
 * a bridge beside OVN's own (learn, ovs-actions(7)), or a packet filter at one of its ends or links (a set that packets
 * fill, nft(8)). What could not be looked at is not there.
 */
export async function isMadeByHand(
  lab: Lab,
  route: Route,
  traffic: Traffic,
  ping: PingSeen,
): Promise<boolean> {
  const nodes = [...new Set(route.posts.map(({ node }) => node))]
  const found = await Promise.all([
    ...nodes.map(node => unlessBlind(meetsFlow(lab, route, node, traffic, ping))),
    ...nodes.map(node => hasFilter(lab, node, undefined)),
    ...[route.from, route.to].flatMap(end => (end ? [hasFilter(lab, end.node, end.netns)] : [])),
  ])
  return found.includes(true)
}

async function meetsFlow(
  lab: Lab,
  route: Route,
  node: string,
  traffic: Traffic,
  ping: PingSeen,
): Promise<boolean> {
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
  return traces.some(({ steps }) => steps.some(step => step.bridge !== own && !isPlain(step)))
}

/** The one flow that each bridge of Open vSwitch begins with. */
const isPlain = ({ flow, actions }: TraceSeen['steps'][number]) =>
  flow === 'priority 0' && actions[0] === 'NORMAL'

/** A node's own filters are many, and only those of its links and bridges see frames. */
async function hasFilter(lab: Lab, node: string, netns: string | undefined): Promise<boolean> {
  const facts = await unlessBlind(lab.arp(node, netns))
  return (facts?.chains ?? []).some(
    ({ family, policy, rules }) =>
      (netns !== undefined || ['netdev', 'bridge'].includes(family)) &&
      (rules.length > 0 || policy !== 'accept'),
  )
}
