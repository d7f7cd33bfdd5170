import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { on } from '../nouns/phrases.ts'
import type { BrokenLink } from './broken-link.ts'

/** ovs-vswitchd waits, as told, for somebody to bring its flows back, and passes nothing on until then. */
export async function waitsForFlows(lab: Lab, node: string): Promise<BrokenLink | undefined> {
  const { openVSwitch } = await lab.ovs(node)
  const key = 'flow-restore-wait'
  if (openVSwitch.other_config[key] !== 'true') return undefined
  return {
    where: `${node} · Open_vSwitch · Open_vSwitch · other_config:${key}`,
    saw: text(
      `other_config:${key} = "true" on ${node}: since its last start, ovs-vswitchd forwards no packets until this setting is removed`,
      `${node} 的 other_config:${key} = "true"：ovs-vswitchd 重新啟動之後，在移除這個設定之前不會轉送任何封包`,
    ),
    tryThis: on(node, 'sudo ovs-vsctl get Open_vSwitch . other_config'),
    cause: 'flow-restore-wait',
  }
}
