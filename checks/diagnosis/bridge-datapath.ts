import { text } from '../../harness/core/text.ts'
import {
  chassisSetting,
  chassisSettingKey,
  integrationBridgeName,
  type Plug,
} from '../../harness/look/integration-bridge.ts'
import type { OvsDatabase } from '../../harness/look/lab.ts'
import { on, quoted } from '../nouns/phrases.ts'
import type { BrokenLink } from './broken-link.ts'
import { settingAt } from './chassis-setting.ts'

const KEY = 'ovn-bridge-datapath-type'

/**
 * A bridge is to use a datapath that this ovs-vswitchd does not have (ovs-vswitchd.conf.db(5), datapath_type), so there is no
 * such bridge. That of the integration bridge is written by ovn-controller, as a setting of the chassis says (ovn-controller(8)).
 */
export function withoutDatapath(node: string, ovs: OvsDatabase, plug: Plug): BrokenLink | undefined {
  const { name, datapath_type } = plug.bridge
  if (hasDatapath(ovs, plug)) return undefined
  return (
    datapathSet(node, ovs, plug) ?? {
      where: `${node} · Open_vSwitch · Bridge · datapath_type`,
      saw: text(
        `datapath_type of ${name} = ${quoted(datapath_type)}, and ovs-vswitchd has no such datapath here, so it has no ${name}`,
        `${name} 的 datapath_type = ${quoted(datapath_type)}，但這裡的 ovs-vswitchd 沒有這種 datapath，所以也沒有 ${name}`,
      ),
      tryThis: on(node, 'sudo ovs-appctl dpif/show'),
      cause: 'bridge-datapath',
    }
  )
}

const hasDatapath = ({ openVSwitch: { datapath_types } }: OvsDatabase, { bridge }: Plug): boolean =>
  datapath_types.length === 0 || datapath_types.includes(bridge.datapath_type || 'system')

/** The same, only where a setting of the chassis says so. */
export function datapathSet(node: string, ovs: OvsDatabase, plug: Plug): BrokenLink | undefined {
  const { name, datapath_type } = plug.bridge
  const isSet = name === integrationBridgeName(ovs) && chassisSetting(ovs, KEY) === datapath_type
  const key = chassisSettingKey(ovs, KEY)
  return !hasDatapath(ovs, plug) && isSet
    ? {
        ...settingAt(node, ovs, KEY),
        saw: text(
          `${key} = ${quoted(datapath_type)} on ${node}, so ovn-controller gives ${name} that datapath_type, and ovs-vswitchd has no such datapath here`,
          `${node} 的 ${key} = ${quoted(datapath_type)}，ovn-controller 因此把 ${name} 的 datapath_type 設成這個值，但這裡的 ovs-vswitchd 沒有這種 datapath`,
        ),
      }
    : undefined
}
