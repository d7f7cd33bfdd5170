import { type Text, text } from '../../harness/core/text.ts'
import type { TraceSeen } from '../../harness/look/evidence.ts'
import { integrationBridgeName } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { gateAt } from '../heard/gate.ts'
import { foreignFlow, ofNoRow } from '../heard/logical-end.ts'
import { type FoundRow, originsOf, rowInWords, whereOf } from '../heard/origin.ts'
import { packetToTrace } from '../heard/packet.ts'
import { firstOf } from '../nouns/first-of.ts'
import { andThen, on } from '../nouns/phrases.ts'
import type { Wanted } from '../nouns/wanted.ts'
import type { Route } from '../route/route.ts'
import { isByHand } from './bridge-oddity.ts'
import { impostor, knownImpostor } from './impostor.ts'

/** The MAC address that a flow answers an ARP question with (ovn-northd(8), ARP/ND responder). */
export const toldBy = ({ datapathActions }: TraceSeen): string | undefined =>
  /\barp\([^)]*\bop=2\b[^)]*\bsha=([0-9a-f:]{17})/.exec(datapathActions)?.[1]

/** Who answered for an address of a path under a MAC that is not its owner's: a machine, or a flow of a bridge on the way. */
export const answersFor = async (lab: Lab, route: Route, address: string, mac: string): Promise<BrokenLink> =>
  (await knownImpostor(lab, address, mac)) ??
  (await unlessBlind(toldOnTheWay(lab, route, address, mac))) ??
  (await impostor(lab, address, mac))

/** The question for an address is traced where it enters each node. */
async function toldOnTheWay(
  lab: Lab,
  { from, to, address: asked, posts, ...route }: Route,
  address: string,
  mac: string,
): Promise<BrokenLink | undefined> {
  const end = address === asked ? from : to
  if (!end || route.routed) return undefined
  const way = end === from ? posts : posts.toReversed()
  const packet: Wanted = { kind: 'arp-request', source: end.address, destination: address, token: '' }
  const entered = way.filter((post, at) => post.node !== way[at - 1]?.node)
  return firstOf(entered, async post => {
    const { node } = post
    const { plug } = await gateAt(lab, { posts }, post)
    const place = { kind: 'bridge' as const, node, enters: post, leaves: way[way.indexOf(post) + 1] ?? post }
    const question =
      plug &&
      packetToTrace({ ...route, from, to, address: asked, posts }, plug, {
        place,
        packet,
        before: 1,
        behind: 0,
      })
    const [trace] = question ? await lab.traces(node, [question]) : []
    return trace && toldBy(trace) === mac ? teller(lab, node, trace, address) : undefined
  })
}

/** The flow that answers a question which was traced. */
export async function teller(lab: Lab, node: string, trace: TraceSeen, address: string): Promise<BrokenLink> {
  const mac = toldBy(trace) ?? ''
  const answers = text(
    `a flow on ${node} answers the question for ${address} with ${mac}`,
    `${node} 上有一條 flow，用 ${mac} 回應了對 ${address} 的詢問`,
  )
  const ovs = await lab.ovs(node)
  const own = integrationBridgeName(ovs)
  const beside = trace.steps.findLast(step => step.bridge !== own && isByHand(step))
  const inside = trace.steps.filter(({ bridge }) => bridge === own)
  const origins = beside ? [] : await originsOf(lab, ovs, inside)
  const foreign = origins.findIndex(({ kind }) => kind === 'foreign')
  const flow = beside
    ? foreignFlow(node, beside)
    : foreign < 0
      ? undefined
      : await ofNoRow(lab, node, inside[foreign]!)
  if (flow) return { ...flow, saw: andThen(answers, flow.saw) }
  const row = origins
    .flatMap(origin =>
      origin.kind === 'logical' && origin.row && /\barp\.op = 2\b/.test(origin.flow.actions)
        ? [origin.row]
        : [],
    )
    .at(-1)
  if (row) return { ...madeFor(row, address), saw: andThen(answers, createdFor(row)) }
  return {
    where: `${node} · ${own} · OpenFlow`,
    saw: answers,
    tryThis: on(node, `sudo ovs-ofctl dump-flows ${own}`),
  }
}

const madeFor = (row: FoundRow, address: string) => ({
  where: whereOf(row, address),
  row: rowInWords(row),
  tryThis: `sudo ovn-nbctl list ${row.table}`,
})

const createdFor = (row: FoundRow): Text =>
  text(`OVN created that flow for ${rowInWords(row)}`, `這條 flow 是 OVN 依照 ${rowInWords(row)} 建立的`)
