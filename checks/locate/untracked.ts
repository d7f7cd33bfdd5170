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
import { switchOddity } from './bridge-oddity.ts'

const AS_NEW = text(
  'connection tracking does not know the connection of this answer, because the question went past it',
  '連線追蹤不認得這個回應的連線，因為之前的請求沒有經過連線追蹤',
)

const AS_FURTHER = text(
  'the first packet of a connection passes, and those after it, which connection tracking knows, do not',
  '連線的第一個封包通過了，但之後的封包（連線追蹤已經認得）卻過不去',
)

/**
 * A packet that the flows let pass and that was dropped nevertheless: connection tracking may take it for something else than it
 * was traced as. An answer whose question went by without being tracked (ovn-nb(5), allow-stateless) is a new packet to them; a
 * question that follows another one is a part of a known connection (ct.est). Undefined where the packet would pass as well then,
 * or where no row explains its end.
 */
export async function inAnotherState(
  lab: Lab,
  route: Route,
  at: {
    node: string
    packet: TracePacket | undefined
    leaves: Gate
    about?: Parameters<typeof switchOddity>[3]
  },
  broken: Break,
): Promise<BrokenLink | undefined> {
  const { node, leaves, about } = at
  if (!at.packet) return undefined
  const { isEstablished, ...packet } = at.packet
  const other: TracePacket = isEstablished ? packet : { ...packet, isFurther: true }
  const trace = (await unlessBlind(lab.traces(node, [other])))?.at(0)
  if (!trace?.datapathActions || leaves.isReachedBy(trace) !== false) return undefined
  const end =
    (await unlessBlind(logicalEnd(lab, route, node, undefined, trace, broken))) ??
    (about && (await unlessBlind(switchOddity(lab, node, trace, about))))
  return end && { ...end, saw: andThen(isEstablished ? AS_NEW : AS_FURTHER, end.saw) }
}
