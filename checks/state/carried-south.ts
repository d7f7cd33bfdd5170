import { Unmet } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import { macIn, macsOf } from '../../harness/look/declared-macs.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type {
  DatapathBinding,
  LogicalSwitch,
  LogicalSwitchPort,
  PortBinding,
} from '../../harness/ovsdb/tables.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { heldTwice } from '../diagnosis/held-twice.ts'
import { northdIdle } from '../diagnosis/northd.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { firstOf } from '../nouns/first-of.ts'
import { list, nameOf, quoted } from '../nouns/phrases.ts'
import { daemonState } from './daemon-state.ts'
import { localnetPort } from './localnet-port.ts'
import { sharedSwitch } from './one-switch.ts'

/** ovn-northd has made a Port_Binding of each endpoint's port (ovn-sb(5)). */
export async function portsCarriedSouth(lab: Lab, endpoints: Endpoint[]): Promise<void> {
  const [shared, { bindings, datapaths }] = await Promise.all([
    sharedSwitch(lab, endpoints),
    lab.southbound(),
  ])
  const wanted = shared?.ports.map(port => port.name) ?? []
  const outdated = shared?.ports.flatMap(port => {
    const binding = bindings.find(({ logical_port }) => logical_port === port.name)
    return binding ? (whatIsOld(port, binding, shared.logicalSwitch, datapaths) ?? []) : []
  })
  const missing = wanted.filter(name => !bindings.some(binding => binding.logical_port === name))
  if (shared && missing.length === 0 && outdated?.length === 0) return
  const seen = list(bindings.map(binding => binding.logical_port))
  const [old] = outdated ?? []
  const northd = await daemonState(lab, await lab.central('OVN_Northbound'), 'ovn-northd')
  throw new Unmet({
    expected: text(
      `Port_Binding rows for ${list(wanted).en}`,
      `有 ${list(wanted)['zh-TW']} 的 Port_Binding 資料列`,
    ),
    saw: text(
      `Port_Bindings: ${seen.en}; ${northd.en}`,
      `現有的 Port_Binding：${seen['zh-TW']}；${northd['zh-TW']}`,
    ),
    where: 'OVN_Southbound · Port_Binding · logical_port',
    tryThis: 'sudo ovn-sbctl show',
    ...((await northdIdle(lab)) ?? (old && (await firstOf(wanted, name => heldTwice(lab, name)))) ?? old),
  })
}

/** The row ovn-northd made is of the same switch and bears the same VLAN tag and MAC addresses as the port it was made of. */
function whatIsOld(
  port: LogicalSwitchPort,
  binding: PortBinding,
  { _uuid, name }: LogicalSwitch,
  datapaths: DatapathBinding[],
): BrokenLink | undefined {
  const tryThis = `sudo ovn-sbctl find Port_Binding logical_port=${port.name}`
  const place = 'OVN_Southbound · Port_Binding'
  const { nb_uuid = [], external_ids = {} } = datapaths.find(row => row._uuid === binding.datapath) ?? {}
  const of = nb_uuid[0] ?? external_ids['logical-switch']
  if (of !== undefined && of !== _uuid)
    return {
      where: `${place} · datapath`,
      saw: text(
        `the row of ${port.name} belongs to another switch, but the port is on ${name} now`,
        `${port.name} 的資料列屬於別的 switch，但這個 port 現在在 ${name} 上`,
      ),
      tryThis,
    }
  const [ownTag, rowTag] = [port.tag[0] ?? 0, binding.tag[0] ?? 0]
  if (rowTag !== ownTag)
    return {
      where: `${place} · tag`,
      saw: text(
        `the row of ${port.name} has tag = ${rowTag || '(none)'}, but the port ${ownTag || '(none)'}`,
        `${port.name} 的資料列 tag = ${rowTag || '（無）'}，但 port 上是 ${ownTag || '（無）'}`,
      ),
      tryThis,
    }
  const has = binding.mac.map(macIn)
  // The row of a port whose MAC address OVN chooses may only say that much; it is in the flows.
  const isLeftOpen = binding.mac.length === 0 || has.includes('dynamic')
  if (isLeftOpen || macsOf(port).every(mac => mac === 'dynamic' || has.includes(mac))) return undefined
  return {
    where: `${place} · mac`,
    saw: text(
      `the row of ${port.name} has ${quoted(binding.mac.join(' '))}, but the port ${quoted(port.addresses.join(' '))}`,
      `${port.name} 的資料列是 ${quoted(binding.mac.join(' '))}，但 port 上是 ${quoted(port.addresses.join(' '))}`,
    ),
    tryThis,
  }
}

const columnAtFault = (binding: PortBinding | undefined) => {
  if (!binding) return 'logical_port'
  return binding.type === 'localnet' ? 'options:network_name' : 'type'
}

/** ovn-northd has made a Port_Binding of the localnet port, with the same network_name. */
export async function localnetCarriedSouth(lab: Lab, endpoints: Endpoint[]): Promise<void> {
  const [port, shared, { bindings, datapaths }] = await Promise.all([
    localnetPort(lab, endpoints),
    sharedSwitch(lab, endpoints),
    lab.southbound(),
  ])
  const binding = bindings.find(row => row.logical_port === port?.name)
  const network = port?.options.network_name
  const isSame = binding?.type === 'localnet' && binding.options.network_name === network
  const old = isSame && port && shared && whatIsOld(port, binding, shared.logicalSwitch, datapaths)
  if (isSame && !old) return
  const saw = binding
    ? `type ${quoted(binding.type)}, network_name ${quoted(binding.options.network_name)}`
    : undefined
  const northd = await daemonState(lab, await lab.central('OVN_Northbound'), 'ovn-northd')
  throw new Unmet({
    expected: text(
      `a Port_Binding for ${nameOf(port)} of type localnet with network_name ${quoted(network)}`,
      `${nameOf(port)} 的 Port_Binding，type 為 localnet，network_name 為 ${quoted(network)}`,
    ),
    saw: text(`${saw ?? 'no such row'}; ${northd.en}`, `${saw ?? '沒有這筆資料列'}；${northd['zh-TW']}`),
    where: `OVN_Southbound · Port_Binding · ${columnAtFault(binding)}`,
    tryThis: `sudo ovn-sbctl find Port_Binding ${port ? `logical_port=${port.name}` : 'type=localnet'}`,
    ...((await northdIdle(lab)) ?? (old ? ((await heldTwice(lab, port.name)) ?? old) : undefined)),
  })
}
