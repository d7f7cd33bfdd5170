import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { text } from '../../harness/say/text.ts'
import { integrationBridgeName } from '../integration-bridge.ts'
import { on, quoted } from '../phrases.ts'
import type { BrokenLink } from './broken-link.ts'

/**
 * ovn-controller runs, but says that it has no connection to the southbound database: what it made before may look fine.
 * It is asked twice, for one that has just been started is not connected yet.
 */
export async function notConnected(lab: Lab, node: string): Promise<BrokenLink | undefined> {
  const said = (await lab.kernel(node)).answers?.['ovn-controller']?.southbound
  if (said !== 'not connected') return undefined
  if ((await unlessBlind(lab.daemon(node, 'ovn-controller')))?.southbound === 'connected') return undefined
  return {
    where: `${node} · ovn-controller`,
    saw: text(
      `ovn-controller runs on ${node}, but it is not connected to the southbound database`,
      `${node} 上的 ovn-controller 正在執行，但沒有連上 southbound 資料庫`,
    ),
    tryThis: on(node, 'sudo ovn-appctl -t ovn-controller connection-status'),
    cause: 'not-connected',
  }
}

/** What ovn-controller speaks to its bridge, and nothing else (ovn-controller(8)). */
const SPOKEN = 'OpenFlow15'

/** The integration bridge was told to speak only versions of OpenFlow that ovn-controller does not. */
export async function refusesOpenFlow(lab: Lab, node: string): Promise<BrokenLink | undefined> {
  const ovs = await lab.ovs(node)
  const name = integrationBridgeName(ovs)
  const spoken = ovs.bridges.find(bridge => bridge.name === name)?.protocols ?? []
  if (spoken.length === 0 || spoken.includes(SPOKEN)) return undefined
  const versions = quoted(spoken.join(','))
  return {
    where: `${node} · Open_vSwitch · Bridge · protocols`,
    saw: text(
      `protocols of ${name} = ${versions}, but ovn-controller uses only ${SPOKEN}`,
      `${name} 的 protocols = ${versions}，但 ovn-controller 只用 ${SPOKEN}`,
    ),
    tryThis: on(node, `sudo ovs-vsctl get Bridge ${name} protocols`),
    cause: 'openflow-version',
  }
}

/** ovs-vswitchd waits, as told, for somebody to bring its flows back, and passes nothing on until then. */
export async function waitsForFlows(lab: Lab, node: string): Promise<BrokenLink | undefined> {
  const { root } = await lab.ovs(node)
  const key = 'flow-restore-wait'
  if (root.other_config[key] !== 'true') return undefined
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
