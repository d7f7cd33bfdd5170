import { text } from '../../harness/core/text.ts'
import type { TraceSeen } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Crossing } from '../heard/carried.ts'
import { traceable } from '../heard/crossings.ts'
import { on } from '../nouns/phrases.ts'
import type { Route } from '../route/route.ts'

/**
 * What becomes of a packet that its sender has cut into pieces, where a whole one crossed the bridges of a node: the first piece, which
 * has all heads, is traced through the same flows (ovs-fields(7), ip_frag; ovs-ofctl(8), set-frags). Undefined where it gets as far,
 * where flows lead the whole one another way as well (to a router's chassis and back), or where connection tracking puts pieces together,
 * which a trace does not (ovs-actions(7), ct).
 */
export async function keepsPieces(
  lab: Lab,
  route: Route,
  node: string,
  crossings: Crossing[],
): Promise<BrokenLink | undefined> {
  const traced = await traceable(lab, route, node, crossings)
  const wholes = traced.map(({ packet }) => packet)
  const pieces = wholes.map(packet => ({
    ...packet,
    flow: packet.flow.replace(WHOLE, ',icmp,ip_frag=first,'),
  }))
  if (!wholes.some(({ flow }) => WHOLE.test(flow))) return undefined
  // OVN may be about to replace what was traced: only what is kept twice is.
  for (const again of [false, true]) {
    const [whole, traces] = await Promise.all(
      [wholes, pieces].map(packets => unlessBlind(lab.traces(node, packets, { again }))),
    )
    const at = traced.findIndex(({ leaves }, index) => {
      const [one, piece] = [whole?.[index], traces?.[index]]
      return (
        one !== undefined &&
        piece !== undefined &&
        leaves.isReachedBy(one) === true &&
        leaves.isReachedBy(piece) === false &&
        !isPutTogether(piece)
      )
    })
    if (at < 0) return undefined
    if (!again) continue
    const bridge = traces![at]!.bridges.at(-1) ?? pieces[at]!.bridge
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

const isPutTogether = ({ steps }: TraceSeen): boolean =>
  steps.some(({ actions }) => actions.some(action => /^ct\b(?!_)/.test(action)))

const WHOLE = /,icmp,(?=nw_src)/
