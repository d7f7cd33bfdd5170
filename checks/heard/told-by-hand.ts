import type { TraceSeen, TraceStep } from '../../harness/look/evidence.ts'
import { integrationBridgeName } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { originsOf } from './origin.ts'

/** The flow of the integration bridge by which somebody else answers in OVN's place, though with the right MAC address. */
export async function toldByHand(
  lab: Lab,
  node: string,
  trace: TraceSeen,
  looking: { again: boolean },
): Promise<TraceStep | undefined> {
  const ovs = await lab.ovs(node)
  const own = integrationBridgeName(ovs)
  const steps = trace.steps.filter(({ bridge }) => bridge === own)
  const origins = await originsOf(lab, ovs, steps, looking)
  return steps.find((_, at) => origins[at]?.kind === 'foreign')
}
