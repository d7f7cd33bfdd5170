import { text } from '../../harness/core/text.ts'
import type { TraceStep } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { globalOption } from '../nouns/global-option.ts'
import type { Origin } from './origin.ts'

const KEY = 'default_acl_drop'

/**
 * Where a switch has ACLs, one option of all of OVN turns what none of them matches from let through into dropped (ovn-nb(5),
 * NB_Global, options:default_acl_drop): the packet ends at the last flow of a stage of ACLs, which no row asked for.
 */
export async function droppedByDefault(
  lab: Lab,
  last: { origin: Origin; step: TraceStep } | undefined,
): Promise<BrokenLink | undefined> {
  if (last?.origin.kind !== 'logical' || last.origin.row || !/_acl/.test(last.origin.flow.stage))
    return undefined
  if ((await globalOption(lab, KEY)) !== 'true') return undefined
  const { stage } = last.origin.flow
  return {
    where: `OVN_Northbound · NB_Global · options:${KEY}`,
    saw: text(
      `${KEY} is true, and no ACL of the switch allows the packet, so OVN drops it (${stage}, table ${last.step.table})`,
      `${KEY} 是 true，而 switch 的 ACL 都沒有允許這個封包，所以 OVN 把它丟棄（${stage}，table ${last.step.table}）`,
    ),
    tryThis: 'sudo ovn-nbctl get NB_Global . options',
  }
}
