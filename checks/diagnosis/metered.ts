import { text } from '../../harness/core/text.ts'
import type { TraceSeen } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { list } from '../nouns/phrases.ts'
import type { BrokenLink } from './broken-link.ts'

/** A packet that a flow hands to ovn-controller, if a meter lets it (ovs-actions(7), controller). */
const METERED = /\bcontroller\(.*\bmeter_id=\d/

/**
 * OVN itself has to do something with the packet, such as to answer it or to ask for a MAC address, and a control plane
 * protection policy limits how many of its kind get to ovn-controller (ovn-nb(5), Copp). Undefined where no flow that the packet
 * met says so.
 */
export async function meteredByCopp(
  lab: Lab,
  trace: Pick<TraceSeen, 'steps'> | undefined,
): Promise<BrokenLink | undefined> {
  if (!trace?.steps.some(({ actions }) => actions.some(action => METERED.test(action)))) return undefined
  const { Copp: policies = [] } = await lab.tables('OVN_Northbound')
  const words = policies.flatMap(({ meters }) =>
    Object.entries(meters as Record<string, string>).map(([kind, meter]) => `${kind} = ${meter}`),
  )
  if (words.length === 0) return undefined
  const seen = list(words)
  return {
    where: 'OVN_Northbound · Copp · meters',
    saw: text(
      `ovn-controller has to handle the packet, and a meter decides whether it gets there: ${seen.en}`,
      `這個封包要交給 ovn-controller 處理，但送不送得到由 meter 決定：${seen['zh-TW']}`,
    ),
    tryThis: 'sudo ovn-nbctl list Copp; sudo ovn-nbctl meter-list',
  }
}
