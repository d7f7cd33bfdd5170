import { chassisSetting, chassisSettingKey } from '../../harness/look/integration-bridge.ts'
import type { OvsDatabase } from '../../harness/look/lab.ts'
import { on, quoted } from '../nouns/phrases.ts'
import type { BrokenLink } from './broken-link.ts'
import type { Cause } from './cause.ts'

/** The setting as the node has it: `ovn-encap-ip = "192.168.33.10"`, by the key that is taken. */
export const settingInWords = (ovs: OvsDatabase, name: string): string =>
  `${chassisSettingKey(ovs, name)} = ${quoted(chassisSetting(ovs, name))}`

/**
 * The place of a chassis setting that is wrong. Where a node has it twice, the one with its system-id in the key is taken
 * (ovn-controller(8)), and no change of the other helps: that is the mistake then, whatever is wrong with the value.
 */
export function settingAt(
  node: string,
  ovs: OvsDatabase,
  name: string,
  cause?: Cause,
): Pick<BrokenLink, 'where' | 'tryThis' | 'cause'> {
  const key = chassisSettingKey(ovs, name)
  const isTwice = key !== name && name in ovs.openVSwitch.external_ids
  return {
    where: `${node} · Open_vSwitch · Open_vSwitch · external_ids:${key}`,
    tryThis: on(node, 'sudo ovs-vsctl get Open_vSwitch . external_ids'),
    cause: isTwice ? 'setting-overruled' : cause,
  }
}
