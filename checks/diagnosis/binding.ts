import { same, text } from '../../harness/core/text.ts'
import { integrationBridgeName, mayClaim, type Plug, plugs } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { on, quoted } from '../nouns/phrases.ts'
import { parentOf } from '../nouns/ports-of.ts'
import type { BrokenLink } from './broken-link.ts'
import { writesRefused } from './refused-writes.ts'

/**
 * Another interface has the port's name on it. On another node, both chassis claim the port, in turn; on the same one,
 * ovn-controller lets go of the port when the second comes. One that Open vSwitch could not make claims nothing, but the
 * port is let go of all the same: it is named where the port is not bound.
 */
export async function claimedTwice(
  lab: Lab,
  { node, netns }: Endpoint,
  ports: LogicalSwitchPort[],
  { own, isBound }: { own: Plug[]; isBound: boolean },
): Promise<BrokenLink | undefined> {
  for (const other of lab.nodes) {
    const ovs = await unlessBlind(lab.ovs(other))
    if (!ovs) continue
    const twin = plugs(ovs).find(
      plug =>
        plug.bridge.name === integrationBridgeName(ovs) &&
        ports.some(port => port.name === plug.iface.external_ids['iface-id']) &&
        (other === node
          ? !isBound && !own.some(({ iface }) => iface.name === plug.iface.name)
          : mayClaim(plug)),
    )
    if (!twin) continue
    const id = quoted(twin.iface.external_ids['iface-id'])
    return {
      where: `${other} · Open_vSwitch · Interface · external_ids:iface-id`,
      saw: text(
        `${twin.iface.name} on ${other} has iface-id ${id} too, but it does not lead to ${netns} on ${node}`,
        `${other} 上的 ${twin.iface.name} 也寫著 iface-id ${id}，但它不通往 ${node} 上的 ${netns}`,
      ),
      tryThis: on(other, 'sudo ovs-vsctl --columns=name,external_ids list Interface'),
      cause: 'iface-id-twice',
    }
  }
  return undefined
}

/**
 * The port asks for another chassis than this node (ovn-nb(5), options:requested-chassis). Of several it names the first
 * gets it; the others bind it in addition (its packets then take tunnels between them), and with an activation-strategy
 * only from the first packet of that kind on.
 */
export async function requestedElsewhere(
  lab: Lab,
  { node }: Endpoint,
  ports: LogicalSwitchPort[],
): Promise<BrokenLink | undefined> {
  const { openVSwitch } = await lab.ovs(node)
  const { chassis } = await lab.southbound()
  const systemId = openVSwitch.external_ids['system-id']
  const names = [
    systemId,
    chassis.find(row => row.name === systemId)?.hostname,
    openVSwitch.external_ids.hostname,
  ]
  const port = ports.find(({ options: { 'requested-chassis': asked } }) => {
    return asked && !names.includes(asked.split(',')[0])
  })
  if (!port) return undefined
  const strategy = port.options['activation-strategy']
  const waits =
    strategy === undefined
      ? same('')
      : text(
          ` (activation-strategy ${quoted(strategy)}: any but the first waits for such a packet)`,
          `（activation-strategy 是 ${quoted(strategy)}：第一個以外的都要等到這種封包才會啟用）`,
        )
  const asked = quoted(port.options['requested-chassis'])
  return {
    where: 'OVN_Northbound · Logical_Switch_Port · options:requested-chassis',
    saw: text(
      `${port.name} has requested-chassis ${asked}${waits.en}, but its interface is on ${node}`,
      `${port.name} 的 requested-chassis 是 ${asked}${waits['zh-TW']}，但它的介面在 ${node} 上`,
    ),
    tryThis: `sudo ovn-nbctl lsp-get-options ${port.name}`,
    cause: 'requested-elsewhere',
  }
}

/**
 * The port is nested in another one: its packets are those of that port's interface, under a VLAN tag (ovn-nb(5),
 * Logical_Switch_Port.parent_name). It is bound where that port is, so it may look bound here.
 */
export function nestedInOther(ports: LogicalSwitchPort[]): BrokenLink | undefined {
  const nested = ports.find(port => parentOf(port) !== undefined)
  if (!nested) return undefined
  return {
    where: 'OVN_Northbound · Logical_Switch_Port · parent_name',
    saw: text(
      `${nested.name} is nested in ${nested.parent_name[0]} (parent_name), so it goes where that port is`,
      `${nested.name} 的 parent_name 是 ${nested.parent_name[0]}，所以會跟著那個 port 走`,
    ),
    tryThis: `sudo ovn-nbctl list Logical_Switch_Port ${nested.name}`,
    cause: 'port-nested',
  }
}

/**
 * The port waits for an interface with another iface-id-ver (ovn-nb(5), Logical_Switch_Port.options:iface-id-ver), so no
 * chassis binds it to this one.
 */
export async function boundOtherwise(
  lab: Lab,
  { node }: Endpoint,
  ports: LogicalSwitchPort[],
): Promise<BrokenLink | undefined> {
  const place = 'OVN_Northbound · Logical_Switch_Port'
  const all = plugs(await lab.ovs(node))
  for (const { name, options } of ports) {
    const wanted = options['iface-id-ver']
    const labelled = all.find(({ iface }) => iface.external_ids['iface-id'] === name)
    const has = labelled?.iface.external_ids['iface-id-ver']
    if (!wanted || !labelled || has === wanted) continue
    return {
      where: `${place} · options:iface-id-ver`,
      saw: text(
        `${name} has iface-id-ver ${quoted(wanted)}, but its interface ${labelled.iface.name} has ${quoted(has)}`,
        `${name} 的 iface-id-ver 是 ${quoted(wanted)}，但它的介面 ${labelled.iface.name} 是 ${quoted(has)}`,
      ),
      tryThis: `sudo ovn-nbctl lsp-get-options ${name}`,
    }
  }
  return undefined
}

/** All is as it should be, and yet ovn-controller does not claim the port for the interface that bears its name. */
export async function notClaimed(
  lab: Lab,
  { node }: Endpoint,
  ports: LogicalSwitchPort[],
  own: Plug[],
): Promise<BrokenLink | undefined> {
  const { daemons, answers } = await lab.kernel(node)
  const isConnected =
    daemons.includes('ovn-controller') && answers?.['ovn-controller']?.southbound === 'connected'
  const label = own.find(
    plug => mayClaim(plug) && ports.some(({ name }) => name === plug.iface.external_ids['iface-id']),
  )
  if (!isConnected || !label) return undefined
  const refused = await writesRefused(lab)
  if (refused) return refused
  const [name, id] = [label.iface.name, label.iface.external_ids['iface-id']]
  return {
    where: `${node} · ovn-controller`,
    saw: text(
      `${name} is in ${label.bridge.name} with iface-id ${quoted(id)}, and ovn-controller of ${node} is connected, but it does not claim ${id}`,
      `${name} 在 ${label.bridge.name} 裡，iface-id 是 ${quoted(id)}，${node} 的 ovn-controller 也連線了，但它沒有認領 ${id}`,
    ),
    tryThis: on(node, 'sudo tail /var/log/ovn/ovn-controller.log'),
    cause: 'not-claimed',
  }
}
