import { Unmet } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import { isDeclaredBy, isMacIn, macsOf } from '../../harness/look/declared-macs.ts'
import { heldBy } from '../../harness/look/holding.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import { addressesUnread } from '../diagnosis/addresses-unread.ts'
import { heldTwice } from '../diagnosis/held-twice.ts'
import { northdIdle } from '../diagnosis/northd.ts'
import { type Endpoint, linkOf } from '../nouns/endpoint.ts'
import { firstOf } from '../nouns/first-of.ts'
import { list, nameOf, on, quoted } from '../nouns/phrases.ts'
import { LOCALPORT } from '../nouns/ports-of.ts'
import { daemonState } from './daemon-state.ts'
import { onAnotherLink } from './has-switch-port.ts'
import { sharedSwitch } from './one-switch.ts'

const inWords = ({ name, type, addresses }: LogicalSwitchPort) =>
  `${name} (type ${quoted(type)}, addresses ${quoted(addresses.join(' '))})`

/** The localports of the switch that holds all of the neighbours. */
async function localportsOf(lab: Lab, neighbours: Endpoint[]): Promise<LogicalSwitchPort[]> {
  const [shared, { ports }] = await Promise.all([sharedSwitch(lab, neighbours), lab.northbound()])
  return heldBy(ports, shared?.logicalSwitch).filter(({ type }) => type === LOCALPORT)
}

/** The switch of the neighbours has a port of type localport, which is enabled. */
export async function hasLocalport(lab: Lab, neighbours: Endpoint[]): Promise<void> {
  const [own, shared, { ports }] = await Promise.all([
    localportsOf(lab, neighbours),
    sharedSwitch(lab, neighbours),
    lab.northbound(),
  ])
  if (own.some(({ enabled }) => enabled[0] !== false)) return
  const [off] = own
  const elsewhere = ports.filter(({ type }) => type === LOCALPORT)
  const others = heldBy(ports, shared?.logicalSwitch).filter(({ _uuid }) =>
    shared?.ports.every(port => port._uuid !== _uuid),
  )
  throw new Unmet({
    expected: text(
      `a Logical_Switch_Port of type localport on ${nameOf(shared?.logicalSwitch)}`,
      `${nameOf(shared?.logicalSwitch)} 上有一個 type 是 localport 的 Logical_Switch_Port`,
    ),
    saw: off
      ? text(`${off.name} has enabled = false`, `${off.name} 設定了 enabled = false`)
      : list((elsewhere.length > 0 ? elsewhere : others).map(inWords)),
    where: `OVN_Northbound · ${
      off
        ? 'Logical_Switch_Port · enabled'
        : elsewhere.length > 0
          ? 'Logical_Switch · ports'
          : 'Logical_Switch_Port · type'
    }`,
    tryThis: 'sudo ovn-nbctl show',
    ...(off && { cause: 'port-disabled' }),
  })
}

/** ovn-northd has made a Port_Binding of type localport of it, which no chassis has (ovn-sb(5), Port_Binding.type). */
export async function localportCarriedSouth(lab: Lab, neighbours: Endpoint[]): Promise<void> {
  const [own, { bindings }] = await Promise.all([localportsOf(lab, neighbours), lab.southbound()])
  const rows = bindings.filter(({ logical_port }) => own.some(({ name }) => name === logical_port))
  const isRight = ({ logical_port, type, chassis, mac }: (typeof rows)[number]) => {
    const port = own.find(({ name }) => name === logical_port)
    return type === LOCALPORT && chassis.length === 0 && port?.addresses.every(one => mac.includes(one))
  }
  if (rows.length > 0 && rows.length === own.length && rows.every(isRight)) return
  const names = list(own.map(({ name }) => name))
  const seen = list(
    rows.map(
      ({ logical_port, type, chassis, mac }) =>
        `${logical_port} (type ${quoted(type)}, mac ${quoted(mac.join(' '))}, chassis ${chassis[0] ?? '[]'})`,
    ),
  )
  const northd = await daemonState(lab, await lab.central('OVN_Northbound'), 'ovn-northd')
  throw new Unmet({
    expected: text(
      `a Port_Binding of type localport, without a chassis, for ${names.en}`,
      `${names['zh-TW']} 的 Port_Binding，type 為 localport，沒有 chassis`,
    ),
    saw: text(`${seen.en}; ${northd.en}`, `${seen['zh-TW']}；${northd['zh-TW']}`),
    where: `OVN_Southbound · Port_Binding · ${rows.length === 0 ? 'logical_port' : 'type'}`,
    tryThis: 'sudo ovn-sbctl find Port_Binding type=localport',
    ...((await northdIdle(lab)) ?? (await firstOf(own, ({ name }) => heldTwice(lab, name)))),
  })
}

/**
 * The MAC address of the endpoint is that of a localport on the switch of the neighbours, the same that each of its twins on
 * other nodes has. Of two that differ, the one is named that the port does not have; where it has both, the later one.
 */
export async function bearsLocalportMac(
  lab: Lab,
  endpoint: Endpoint,
  twins: Endpoint[],
  neighbours: Endpoint[],
): Promise<void> {
  const { node, netns } = endpoint
  const [link, ports] = await Promise.all([linkOf(lab, endpoint), localportsOf(lab, neighbours)])
  const macs = await Promise.all(twins.map(async twin => (await linkOf(lab, twin))?.mac))
  const isDeclared = (mac: string | undefined) =>
    mac !== undefined && ports.some(port => isDeclaredBy(port, mac))
  const earlier = macs.slice(0, twins.indexOf(endpoint)).find(mac => mac !== link?.mac && isDeclared(mac))
  if (isDeclared(link?.mac) && earlier === undefined) return
  const known = earlier ?? ports.flatMap(macsOf).filter(isMacIn).join(', ')
  const isOnlyHere = macs.some(mac => mac !== link?.mac && isDeclared(mac))
  throw new Unmet({
    expected: text(
      `${netns} on ${node} has the MAC address of the localport${known && `: ${known}`}`,
      `${node} 上的 ${netns}，MAC 位址就是 localport 的${known && `：${known}`}`,
    ),
    saw: text(
      `${link?.name ?? '(none)'} in ${netns} on ${node} has ${link?.mac ?? '(none)'}`,
      `${node} 上 ${netns} 裡的 ${link?.name ?? '(none)'}，MAC 位址是 ${link?.mac ?? '(none)'}`,
    ),
    ...(isOnlyHere
      ? { where: `${node} · netns ${netns}`, tryThis: on(node, `sudo ip -n ${netns} -br link`) }
      : { where: 'OVN_Northbound · Logical_Switch_Port · addresses', tryThis: 'sudo ovn-nbctl show' }),
    ...(isOnlyHere ? await onAnotherLink(lab, endpoint) : addressesUnread(ports, link?.mac ?? '')),
  })
}
