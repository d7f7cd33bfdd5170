import type { Lab } from '../../harness/look/lab.ts'
import type { LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import { text } from '../../harness/say/text.ts'
import type { Endpoint } from '../endpoint.ts'
import { integrationBridgeName, plugs } from '../integration-bridge.ts'
import { on, quoted } from '../phrases.ts'
import type { BrokenLink } from './broken-link.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'

/** Another node has an interface with the port's name on it: both chassis claim the port, in turn. */
export async function claimedTwice(
  lab: Lab,
  { node, netns }: Endpoint,
  ports: LogicalSwitchPort[],
): Promise<BrokenLink | undefined> {
  for (const other of lab.nodes.filter(name => name !== node)) {
    const ovs = await unlessBlind(lab.ovs(other))
    if (!ovs) continue
    const twin = plugs(ovs).find(
      ({ bridge, iface }) =>
        bridge.name === integrationBridgeName(ovs) &&
        ports.some(port => port.name === iface.external_ids['iface-id']),
    )
    if (!twin) continue
    const id = quoted(twin.iface.external_ids['iface-id'])
    return {
      where: `${other} · Open_vSwitch · Interface · external_ids:iface-id`,
      saw: text(
        `${twin.iface.name} on ${other} has iface-id ${id} too, but ${netns} is on ${node}`,
        `${other} 上的 ${twin.iface.name} 也寫著 iface-id ${id}，但 ${netns} 在 ${node} 上`,
      ),
      tryThis: on(other, 'sudo ovs-vsctl --columns=name,external_ids list Interface'),
      cause: 'iface-id-twice',
    }
  }
  return undefined
}

/** The port may only be bound to a chassis that is not this node (ovn-nb(5), options:requested-chassis). */
export async function requestedElsewhere(
  lab: Lab,
  { node }: Endpoint,
  ports: LogicalSwitchPort[],
): Promise<BrokenLink | undefined> {
  const { root } = await lab.ovs(node)
  const { chassis } = await lab.southbound()
  const systemId = root.external_ids['system-id']
  const names = [systemId, chassis.find(row => row.name === systemId)?.hostname, root.external_ids.hostname]
  const port = ports.find(({ options: { 'requested-chassis': asked } }) => {
    if (!asked) return false
    return !asked.split(',').some(name => names.includes(name))
  })
  if (!port) return undefined
  const asked = quoted(port.options['requested-chassis'])
  return {
    where: 'controller · OVN_Northbound · Logical_Switch_Port · options:requested-chassis',
    saw: text(
      `${port.name} has requested-chassis ${asked}, but its interface is on ${node}`,
      `${port.name} 的 requested-chassis 是 ${asked}，但它的介面在 ${node} 上`,
    ),
    tryThis: on('controller', `sudo ovn-nbctl lsp-get-options ${port.name}`),
    cause: 'requested-elsewhere',
  }
}

/**
 * A column of the port keeps a chassis from binding it to this interface: it is nested in another port, or waits for an
 * interface with another iface-id-ver (ovn-nb(5), Logical_Switch_Port.parent_name and options:iface-id-ver).
 */
export async function boundOtherwise(
  lab: Lab,
  { node }: Endpoint,
  ports: LogicalSwitchPort[],
): Promise<BrokenLink | undefined> {
  const place = 'controller · OVN_Northbound · Logical_Switch_Port'
  const nested = ports.find(({ parent_name }) => parent_name.length > 0)
  if (nested)
    return {
      where: `${place} · parent_name`,
      saw: text(
        `${nested.name} is nested in ${nested.parent_name[0]} (parent_name), so it goes where that port is`,
        `${nested.name} 的 parent_name 是 ${nested.parent_name[0]}，所以會跟著那個 port 走`,
      ),
      tryThis: on('controller', `sudo ovn-nbctl list Logical_Switch_Port ${nested.name}`),
    }
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
      tryThis: on('controller', `sudo ovn-nbctl lsp-get-options ${name}`),
    }
  }
  return undefined
}

/** ovn-controller runs, but says that it has no connection to the southbound database. */
export async function notConnected(
  lab: Lab,
  { node }: Pick<Endpoint, 'node'>,
): Promise<BrokenLink | undefined> {
  const said = (await unlessBlind(lab.daemon(node, 'ovn-controller')))?.southbound
  if (said !== 'not connected') return undefined
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
