import { Unmet } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import type { Cause } from '../diagnosis/cause.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { list, quoted } from '../nouns/phrases.ts'
import { sharedSwitch } from './one-switch.ts'

/** Ports of type localnet on the switch that holds the endpoints (ovn-nb(5), "localnet"). */
async function localnetPorts(lab: Lab, endpoints: Endpoint[]): Promise<LogicalSwitchPort[]> {
  const [shared, { ports }] = await Promise.all([sharedSwitch(lab, endpoints), lab.northbound()])
  return ports.filter(port => port.type === 'localnet' && shared?.logicalSwitch.ports.includes(port._uuid))
}

/** The localnet port of the switch that holds the endpoints, whatever its name; undefined where there is none. */
export const localnetPort = async (lab: Lab, endpoints: Endpoint[]): Promise<LogicalSwitchPort | undefined> =>
  (await localnetPorts(lab, endpoints))[0]

/** The switch that holds the endpoints has one localnet port, and it names a network. */
export async function hasLocalnetPort(lab: Lab, endpoints: Endpoint[]): Promise<void> {
  const found = await localnetPorts(lab, endpoints)
  if (found.length === 1 && found[0]!.options.network_name) return
  const [shared, { ports }] = await Promise.all([sharedSwitch(lab, endpoints), lab.northbound()])
  const onSwitch = ports.filter(port => shared?.logicalSwitch.ports.includes(port._uuid))
  const seen = list(
    onSwitch.map(
      port => `${port.name} (type ${quoted(port.type)}, network_name ${quoted(port.options.network_name)})`,
    ),
  )
  const name = shared?.logicalSwitch.name ?? ''
  throw new Unmet({
    expected: text(
      `one port of type localnet with options:network_name on switch ${name}`,
      `switch ${name} 上有一個 type 為 localnet 的 port，並設定了 options:network_name`,
    ),
    saw: text(`ports of ${name}: ${seen.en}`, `${name} 上的 port：${seen['zh-TW']}`),
    tryThis: 'sudo ovn-nbctl --columns=name,type,options list Logical_Switch_Port',
    ...mistakeIn(found, onSwitch, ports),
  })
}

/** Which column is wrong: a port that names a network was meant to be the localnet port, whatever its type says. */
function mistakeIn(
  found: LogicalSwitchPort[],
  onSwitch: LogicalSwitchPort[],
  ports: LogicalSwitchPort[],
): { where: string; cause: Cause | undefined } {
  const northbound = 'OVN_Northbound'
  const [first, second] = found
  if (second) return { where: `${northbound} · Logical_Switch · ports`, cause: 'localnet-twice' }
  if (first)
    return { where: `${northbound} · Logical_Switch_Port · options:network_name`, cause: 'network-unnamed' }
  if (onSwitch.some(port => 'network_name' in port.options))
    return { where: `${northbound} · Logical_Switch_Port · type`, cause: 'localnet-type' }
  const isElsewhere = ports.some(port => port.type === 'localnet')
  return {
    where: `${northbound} · Logical_Switch · ports`,
    cause: isElsewhere ? 'localnet-on-another-switch' : undefined,
  }
}

/** The localnet port accepts any MAC: behind it stand machines OVN does not know. */
export async function acceptsUnknown(lab: Lab, endpoints: Endpoint[]): Promise<void> {
  const port = await localnetPort(lab, endpoints)
  if (port?.addresses.includes('unknown')) return
  throw new Unmet({
    expected: text(
      `addresses of ${port?.name ?? 'the localnet port'} contain "unknown"`,
      `${port?.name ?? 'localnet port'} 的 addresses 包含 "unknown"`,
    ),
    saw: text(
      `addresses: ${list((port?.addresses ?? []).map(quoted)).en}`,
      `addresses：${list((port?.addresses ?? []).map(quoted))['zh-TW']}`,
    ),
    where: 'OVN_Northbound · Logical_Switch_Port · addresses',
    tryThis: `sudo ovn-nbctl lsp-get-addresses ${port?.name ?? ''}`.trim(),
  })
}
