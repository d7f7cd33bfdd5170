import type { TracePacket, TraceSeen } from '../../harness/look/evidence.ts'
import { integrationBridgeName } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { Route } from '../route/route.ts'
import type { Break } from './bracket.ts'
import { originsOf } from './origin.ts'

interface Traced {
  packet: TracePacket
  trace: TraceSeen
}

/**
 * ofproto/trace does not know a connection, so to it the answer to what SNAT sent out stays one for the router's own address,
 * and ends at the row of NAT. Then the same answer is traced as connection tracking hands it on: to the host inside. Whatever
 * else a trace met is told as it was.
 */
export async function asTracked(
  lab: Lab,
  { from, outward }: Pick<Route, 'from' | 'outward'>,
  node: string,
  traced: Traced,
  { packet: { destination } }: Pick<Break, 'packet'>,
): Promise<Traced> {
  const { packet, trace } = traced
  const isTranslated = outward?.translated === destination && destination !== from.address
  if (!isTranslated || !packet.isEstablished) return traced
  const ovs = await lab.ovs(node)
  const bridge = integrationBridgeName(ovs)
  const steps = trace.steps.filter(step => step.bridge === bridge)
  const origins = trace.bridges.at(-1) === bridge ? await originsOf(lab, ovs, steps) : []
  const last = origins.at(-1)
  if (origins.some(({ kind }) => kind === 'foreign')) return traced
  if (last?.kind !== 'logical' || last.row?.table !== 'NAT') return traced
  const given = {
    ...packet,
    flow: packet.flow.replace(`nw_dst=${destination},`, `nw_dst=${from.address},`),
  }
  const [seen] = (await unlessBlind(lab.traces(node, [given]))) ?? []
  return seen?.datapathActions ? { packet: given, trace: seen } : traced
}
