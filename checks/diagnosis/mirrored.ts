import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { on } from '../nouns/phrases.ts'
import type { BrokenLink } from './broken-link.ts'

/** A bridge copies its packets to somewhere else (ovs-vswitchd.conf.db(5), Mirror). */
export async function mirrored(lab: Lab): Promise<BrokenLink | undefined> {
  for (const node of lab.nodes) {
    const bridge = (await lab.ovs(node)).bridges.find(({ mirrors }) => mirrors?.length > 0)
    if (bridge)
      return {
        where: `${node} · Open_vSwitch · Bridge · mirrors`,
        saw: text(
          `${bridge.name} on ${node} has a mirror that copies packets into another port`,
          `${node} 的 ${bridge.name} 上有 mirror，會把封包複製到別的 port`,
        ),
        tryThis: on(node, 'sudo ovs-vsctl list Mirror'),
        cause: 'mirrored',
      }
  }
  return undefined
}
