import type { TraceSeen, TraceStep } from '../../harness/look/evidence.ts'
import { integrationBridgeName } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { originsOf } from './origin.ts'

/** The first flow of the integration bridge that a trace met and somebody else than OVN put there: one that answers in its place, say. */
export async function toldByHand(
  lab: Lab,
  node: string,
  trace: TraceSeen,
  looking = { again: false },
): Promise<TraceStep | undefined> {
  const ovs = await lab.ovs(node)
  const own = integrationBridgeName(ovs)
  const steps = trace.steps.filter(({ bridge }) => bridge === own)
  const origins = await originsOf(lab, ovs, steps, looking)
  return steps.find((_, at) => origins[at]?.kind === 'foreign')
}
