import type { TracePacket, TraceSeen } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { Route } from '../route/route.ts'
import type { Break } from './bracket.ts'

/** A packet as it was traced, and what that showed; without `traced` where Open vSwitch refused. */
interface TracedThrough {
  packet: TracePacket
  traced?: TraceSeen
}

/**
 * Traces a packet through a node's bridges. An answer that connection tracking is to translate back is traced once more, as it is
 * behind that: a trace looks up no connection (ovs-vswitchd(8), ofproto/trace), so it would go on under the address that was
 * to be replaced, and end where no such packet gets to.
 */
export async function tracedThrough(
  lab: Lab,
  route: Route,
  node: string,
  packet: TracePacket,
  broken: Break,
): Promise<TracedThrough> {
  const traced = await trace(lab, node, packet)
  if (!traced) return { packet }
  const back = traced.steps.some(translates) ? translatedBack(route, packet, broken) : undefined
  const again = back && (await trace(lab, node, back))
  return again ? { packet: back, traced: again } : { packet, traced }
}

/** A trace that Open vSwitch refused says nothing. */
const trace = async (lab: Lab, node: string, packet: TracePacket) =>
  (await unlessBlind(lab.traces(node, [packet])))?.find(({ datapathActions }) => datapathActions !== '')

/** By what connection tracking knows, as told by `nat` without an address (ovs-actions(7), ct). */
const translates = ({ actions }: TraceSeen['steps'][number]): boolean =>
  actions.some(action => /^ct\(.*\bnat[,)]/.test(action))

/** The packet for an address that stands for the end inside, as one for that end; undefined where it is none. */
function translatedBack(
  { from, outward }: Route,
  packet: TracePacket,
  { packet: { destination } }: Break,
): TracePacket | undefined {
  if (!packet.isEstablished || !outward) return undefined
  const inside = { ...outward.othersTranslated, [from.address]: outward.translated }
  const [own] = Object.entries(inside).find(([, outside]) => outside === destination) ?? []
  if (own === undefined) return undefined
  return { ...packet, flow: packet.flow.replace(`_dst=${destination},`, `_dst=${own},`) }
}
