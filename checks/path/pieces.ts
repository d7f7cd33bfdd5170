import { text } from '../../harness/core/text.ts'
import type { TraceSeen, Traffic } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Crossing } from '../heard/carried.ts'
import { traceable } from '../heard/crossings.ts'
import { on } from '../nouns/phrases.ts'
import type { Wanted } from '../nouns/wanted.ts'
import type { Route } from '../route/route.ts'

/**
 * What becomes of a packet that its sender has cut into pieces, where a whole one crossed the bridges of a node: the first piece, which
 * has all heads, is traced through the same flows (ovs-fields(7), ip_frag). Told where a bridge was set to drop pieces (ovs-ofctl(8),
 * set-frags), or a flow for pieces is among those that it meets, which may only mark what a later one drops (an ACL of OVN). No more: Open vSwitch shows its flows an ICMP type of 0 for a piece, so that an ACL for
 * one type of ICMP takes pieces otherwise, and that is its own business.
 */
export async function keepsPieces(
  lab: Lab,
  route: Route,
  node: string,
  crossings: Crossing[],
  traffic: Pick<Traffic, 'joinsNoPieces'> = {},
): Promise<BrokenLink | undefined> {
  const traced = (await traceable(lab, route, node, crossings)).filter(({ packet }) =>
    WHOLE.test(packet.flow),
  )
  const packets = traced.map(({ packet }) => ({
    ...packet,
    flow: packet.flow.replace(WHOLE, ',$1,ip_frag=first,'),
  }))
  // OVN may be about to replace what was traced: only what is kept twice is.
  for (const again of [false, true]) {
    const traces = await unlessBlind(lab.traces(node, packets, { again }))
    const at = traces
      ? traced.findIndex(
          ({ leaves }, index) => leaves.isReachedBy(traces[index]!) === false && isForPieces(traces[index]!),
        )
      : -1
    if (at < 0) return notJoined(node, traffic, traces, traced[0]?.broken.packet)
    if (!again) continue
    const bridge = traces![at]!.bridges.at(-1) ?? packets[at]!.bridge
    const { source, destination } = traced[at]!.broken.packet
    return {
      where: `${node} · ${bridge} · OpenFlow`,
      saw: text(
        `whole packets from ${source} to ${destination} pass ${bridge}, but the pieces of a larger one would not pass it: ${traces![at]!.datapathActions}`,
        `從 ${source} 到 ${destination} 的完整封包能通過 ${bridge}，但比較大、切成幾片的封包就過不去：${traces![at]!.datapathActions}`,
      ),
      tryThis: on(node, `sudo ovs-ofctl get-frags ${bridge}; sudo ovs-ofctl dump-flows ${bridge}`),
    }
  }
  return undefined
}

/**
 * Connection tracking takes a piece for nothing that it knows, unless the datapath puts all of them together before: of what was
 * traced through it, the pieces get lost where the datapath was told not to (ovs-vswitchd(8), dpctl/ipf-set-disabled).
 */
export function notJoined(
  node: string,
  { joinsNoPieces = [] }: Pick<Traffic, 'joinsNoPieces'>,
  traces: TraceSeen[] | undefined,
  packet: Wanted | undefined,
): BrokenLink | undefined {
  const isTracked = traces?.some(({ steps }) =>
    steps.some(({ actions }) => actions.some(one => TRACKS.test(one))),
  )
  if (!packet || !isTracked || !joinsNoPieces.includes(node)) return undefined
  const { source, destination } = packet
  return {
    where: `${node} · ovs-vswitchd · ipf`,
    saw: text(
      `whole packets from ${source} to ${destination} pass connection tracking, which was told not to put pieces together (v4 enabled: 0), so a larger one that is cut into pieces would not pass`,
      `從 ${source} 到 ${destination} 的完整封包能通過連線追蹤，但連線追蹤已設定成不重組分片（v4 enabled: 0），比較大、切成幾片的封包就過不去`,
    ),
    tryThis: on(node, 'sudo ovs-appctl dpctl/ipf-get-status'),
  }
}

const TRACKS = /^ct\(/
const WHOLE = /,(icmp6?),(?=nw_src|ipv6_src)/

/** Something that it meets goes by pieces. */
const isForPieces = ({ steps }: TraceSeen): boolean =>
  steps.some(({ flow, notes = [] }) => /fragment|_frag=/.test([flow, ...notes].join()))
