import { type Text, text } from '../../harness/core/text.ts'
import { chassisSetting, chassisSettingKey } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { andThen, quoted } from '../nouns/phrases.ts'
import type { BrokenLink } from './broken-link.ts'
import { settingAt } from './chassis-setting.ts'

/**
 * ovn-controller was told to leave its bridge as it is for that many milliseconds after its own start (ovn-controller(8),
 * ovn-ofctrl-wait-before-clear), and they are not over yet.
 */
export async function waitsToClear(lab: Lab, node: string, saw?: Text): Promise<BrokenLink | undefined> {
  const ovs = await lab.ovs(node)
  const told = chassisSetting(ovs, 'ovn-ofctrl-wait-before-clear')
  const seconds = Number(told ?? 0) / 1000
  if (!(seconds > 0)) return undefined
  const runs = (await unlessBlind(lab.daemon(node, 'ovn-controller')))?.runsSeconds
  if (runs === undefined || runs >= seconds) return undefined
  const key = chassisSettingKey(ovs, 'ovn-ofctrl-wait-before-clear')
  return {
    ...settingAt(node, ovs, 'ovn-ofctrl-wait-before-clear'),
    saw: andThen(
      text(
        `${key} = ${quoted(told)}: for ${seconds} s after its start, of which ${runs} have passed, ovn-controller creates no flows`,
        `${key} = ${quoted(told)}：啟動後 ${seconds} 秒內 ovn-controller 不會建立 flow，現在才過了 ${runs} 秒`,
      ),
      saw,
    ),
  }
}
