import { text } from '../../harness/core/text.ts'
import type { TraceSeen } from '../../harness/look/evidence.ts'
import type { Lab, OvsDatabase } from '../../harness/look/lab.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Break } from './bracket.ts'
import { ofNoRow } from './logical-end.ts'
import { originsOf, rowInWords } from './origin.ts'

/** As a trace shows it (ovs-actions(7), ovs-fields(7)). */
const MARKS = /^(?:load|set_field):(0x[\da-f]+|\d+)->(?:NXM_NX_PKT_MARK\[\]|pkt_mark)/i

/** The column of a row that does (ovn-nb(5)). */
const MARKING: Record<string, string> = { QoS: 'action', Logical_Router_Policy: 'options:pkt_mark' }

/**
 * What gave the packet a mark before it should enter a tunnel: the userspace datapath asks for a route of that mark, and
 * routes have none unless somebody gave them one (ovs-appctl(8), ovs/route/add). Undefined where it bears no mark.
 */
export async function markedBy(
  lab: Lab,
  node: string,
  ovs: OvsDatabase,
  { steps }: TraceSeen,
  { packet }: Break,
): Promise<BrokenLink | undefined> {
  const markOf = ({ actions }: TraceSeen['steps'][number]) =>
    actions.map(action => MARKS.exec(action)?.[1]).find(mark => mark !== undefined)
  const step = steps.findLast(one => markOf(one) !== undefined)
  const mark = step && Number(markOf(step))
  if (!step || !mark) return undefined
  const [origin] = await originsOf(lab, ovs, [step])
  if (origin?.kind === 'foreign') return ofNoRow(lab, node, step)
  if (origin?.kind !== 'logical' || !origin.row) return undefined
  const { row } = origin
  const words = rowInWords(row)
  return {
    where: ['OVN_Northbound', row.table, MARKING[row.table]].filter(Boolean).join(' · '),
    saw: text(
      `OVN gives the ${packet.kind} from ${packet.source} to ${packet.destination} the mark ${mark} for ${words}, and Open vSwitch on ${node} has no route for that mark, so it sends nothing through the tunnel`,
      `OVN 依照 ${words} 替從 ${packet.source} 到 ${packet.destination} 的 ${packet.kind} 加上標記 ${mark}，而 ${node} 的 Open vSwitch 沒有給這個標記的路由，所以不會從 tunnel 送出任何封包`,
    ),
    row: words,
    tryThis: `sudo ovn-nbctl list ${row.table}`,
  }
}
