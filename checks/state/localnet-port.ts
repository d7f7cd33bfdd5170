import { Unmet } from '../../harness/core/errors.ts'
import { type Text, text } from '../../harness/core/text.ts'
import { heldBy } from '../../harness/look/holding.ts'
import { chassisSetting } from '../../harness/look/integration-bridge.ts'
import type { Lab, Northbound } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { LogicalSwitch, LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import type { Cause } from '../diagnosis/cause.ts'
import { KEY, type Pair, pairsOf } from '../diagnosis/mapping-mistake.ts'
import { valueIn } from '../diagnosis/similar-key.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { localnetPortsOf } from '../nouns/localnet-ports.ts'
import { andThen, list, quoted } from '../nouns/phrases.ts'
import { sharedSwitch } from './one-switch.ts'

/** Ports of type localnet on the switch that holds the endpoints (ovn-nb(5), "localnet"). */
async function localnetPorts(lab: Lab, endpoints: Endpoint[]): Promise<LogicalSwitchPort[]> {
  const [shared, { ports }] = await Promise.all([sharedSwitch(lab, endpoints), lab.northbound()])
  return localnetPortsOf(ports, shared?.logicalSwitch)
}

/**
 * The localnet port of the switch that holds the endpoints, whatever its name; undefined where there is none. A switch may
 * have one for each network that some chassis is on: of several it is the one that most of the endpoints' nodes map.
 */
export async function localnetPort(lab: Lab, endpoints: Endpoint[]): Promise<LogicalSwitchPort | undefined> {
  const found = await localnetPorts(lab, endpoints)
  if (found.length < 2) return found[0]
  const mappings = await mappingsOf(lab, endpoints)
  const rank = ({ options: { network_name: own } }: LogicalSwitchPort) =>
    (own ? 1 : 0) + mappings.filter(pairs => pairs.some(([network]) => network === own)).length
  return found.toSorted((one, other) => rank(other) - rank(one))[0]
}

/** What each node of the endpoints maps; nothing where it could not be looked at. */
const mappingsOf = (lab: Lab, endpoints: Endpoint[]): Promise<Pair[][]> =>
  Promise.all(
    [...new Set(endpoints.map(({ node }) => node))].map(async node => {
      const ovs = await unlessBlind(lab.ovs(node))
      return ovs ? pairsOf(chassisSetting(ovs, KEY)) : []
    }),
  )

/**
 * Two of the ports are in each other's way: they name one network, or a node maps both their networks. ovn-controller sends
 * what is for other nodes out by one localnet port of a switch, whichever that is (physical.c).
 */
async function areInTheWay(lab: Lab, endpoints: Endpoint[], found: LogicalSwitchPort[]): Promise<boolean> {
  if (found.length < 2) return false
  const networks = found.map(({ options }) => options.network_name)
  const mappings = await mappingsOf(lab, endpoints)
  return (
    new Set(networks).size < found.length ||
    mappings.some(
      pairs => new Set(pairs.flatMap(([name]) => (networks.includes(name) ? [name] : []))).size > 1,
    )
  )
}

/** The switch that holds the endpoints has a localnet port that names a network, and no second one in its way. */
export async function hasLocalnetPort(lab: Lab, endpoints: Endpoint[]): Promise<void> {
  const [found, own] = await Promise.all([localnetPorts(lab, endpoints), localnetPort(lab, endpoints)])
  const isOneTooMany = await areInTheWay(lab, endpoints, found)
  if (own?.options.network_name && !isOneTooMany) return
  const [shared, { ports }] = await Promise.all([sharedSwitch(lab, endpoints), lab.northbound()])
  const onSwitch = heldBy(ports, shared?.logicalSwitch)
  const seen = list(
    onSwitch.map(
      port =>
        `${port.name} (type ${quoted(port.type)}, network_name ${valueIn(port.options, 'network_name', port)})`,
    ),
  )
  const name = shared?.logicalSwitch.name ?? ''
  const saw = text(`ports of ${name}: ${seen.en}`, `${name} 上的 port：${seen['zh-TW']}`)
  throw new Unmet({
    expected: text(
      `one port of type localnet with options:network_name on switch ${name}`,
      `switch ${name} 上有一個 type 為 localnet 的 port，並設定了 options:network_name`,
    ),
    saw: own ? saw : andThen(saw, elsewhere(await lab.northbound(), shared?.logicalSwitch)),
    tryThis: 'sudo ovn-nbctl --columns=name,type,options list Logical_Switch_Port',
    ...mistakeIn(isOneTooMany, own, onSwitch, ports),
  })
}

/** The localnet port of another switch; where that has the same name, with its UUID. */
function elsewhere({ switches, ports }: Northbound, own: LogicalSwitch | undefined): Text | undefined {
  const other = switches.find(one => localnetPortsOf(ports, one).length > 0)
  if (!other) return undefined
  const [{ name }] = localnetPortsOf(ports, other) as [LogicalSwitchPort]
  return other.name === own?.name
    ? text(
        `${name} is on another switch that is named ${other.name} too, ${other._uuid}`,
        `${name} 在另一個也叫 ${other.name} 的 switch 上，它是 ${other._uuid}`,
      )
    : text(`${name} is on ${other.name}`, `${name} 在 ${other.name} 上`)
}

/** Which column is wrong: a port that names a network was meant to be the localnet port, whatever its type says. */
function mistakeIn(
  isOneTooMany: boolean,
  own: LogicalSwitchPort | undefined,
  onSwitch: LogicalSwitchPort[],
  ports: LogicalSwitchPort[],
): { where: string; cause: Cause | undefined } {
  const northbound = 'OVN_Northbound'
  if (isOneTooMany) return { where: `${northbound} · Logical_Switch · ports`, cause: 'localnet-twice' }
  if (own)
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
