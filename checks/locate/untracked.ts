import { text } from '../../harness/core/text.ts'
import type { TracePacket } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Break } from '../heard/bracket.ts'
import type { Gate } from '../heard/gate.ts'
import { logicalEnd } from '../heard/logical-end.ts'
import { andThen } from '../nouns/phrases.ts'
import type { Route } from '../route/route.ts'

const WHY = text(
  'connection tracking does not know the connection of this answer, because the question went past it',
  '連線追蹤不認得這個回應的連線，因為之前的請求沒有經過連線追蹤',
)

/**
 * An answer that the flows let pass as a part of a known connection, and that they dropped nevertheless: its question may have
 * gone by without being tracked (ovn-nb(5), allow-stateless), so that the answer is a new packet to them. Undefined where
 * that would have let it pass as well, or where no row explains its end.
 */
export async function asNewPacket(
  lab: Lab,
  route: Route,
  at: { node: string; packet: TracePacket; leaves: Gate },
  broken: Break,
): Promise<BrokenLink | undefined> {
  const { node, leaves } = at
  const { isEstablished, ...packet } = at.packet
  if (!isEstablished) return undefined
  const trace = (await unlessBlind(lab.traces(node, [packet])))?.at(0)
  if (!trace?.datapathActions || leaves.isReachedBy(trace) !== false) return undefined
  const end = await unlessBlind(logicalEnd(lab, route, node, undefined, trace, broken))
  return end && { ...end, saw: andThen(WHY, end.saw) }
}
