import { same, type Text, text } from '../../harness/core/text.ts'
import {
  chassisSetting,
  chassisSettingKey,
  integrationBridgeName,
  plugs,
} from '../../harness/look/integration-bridge.ts'
import type { Lab, OvsDatabase } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { settingAt } from '../diagnosis/chassis-setting.ts'
import { KEY, mistakeIn, pairsOf, takenBridge, writtenElsewhere } from '../diagnosis/mapping-mistake.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { andThen, list, nameOf, on, quoted } from '../nouns/phrases.ts'
import { bridgeOf } from './bridge-holds.ts'
import { localnetPort } from './localnet-port.ts'

/** What keeps the node from finding the network of the endpoints' localnet port; undefined where it does find it. */
export async function brokenMapping(
  lab: Lab,
  endpoints: Endpoint[],
  node: string,
  linkName: string,
): Promise<BrokenLink | undefined> {
  const [ovs, port, bridge] = await Promise.all([
    lab.ovs(node),
    localnetPort(lab, endpoints),
    bridgeOf(lab, node, linkName),
  ])
  const value = chassisSetting(ovs, KEY)
  const key = chassisSettingKey(ovs, KEY)
  const network = port?.options.network_name
  const mapped =
    network === undefined
      ? undefined
      : (patchedOf(ovs, value, network, port) ?? takenBridge(value, network, ovs.bridges))
  if (bridge && network && mapped === bridge.name) return undefined
  const cause = mistakeIn(value, network, bridge?.name, mapped)
  if (bridge && network && mapped !== undefined && cause !== 'mapping-twice' && isEmpty(ovs, mapped))
    return {
      where: `${node} · Open_vSwitch · Bridge · ports`,
      saw: andThen(
        text(
          `${mapped}, to which network ${quoted(network)} is mapped, has no physical interface; ${linkName} is in ${bridge.name}`,
          `網路 ${quoted(network)} 對應到的 ${mapped} 裡沒有實體介面；${linkName} 在 ${bridge.name} 裡`,
        ),
        patchedOn(ovs, mapped, bridge.name),
      ),
      tryThis: on(node, 'sudo ovs-vsctl show'),
      cause: 'link-in-another-bridge',
    }
  if (port && mapped === undefined) {
    const misnamed = await namedOtherwise(lab, endpoints, linkName, port)
    if (misnamed) return misnamed
  }
  const seen = `${key} = ${quoted(value)}`
  const takes =
    cause === 'mapping-twice'
      ? text(`, of which ovn-controller takes ${mapped}`, `，其中 ovn-controller 用的是 ${mapped}`)
      : same('')
  return {
    ...settingAt(node, ovs, KEY, cause),
    saw:
      mapped === undefined
        ? text(
            `${seen}, but ${nameOf(port)} needs network ${quoted(network)}`,
            `${seen}，但 ${nameOf(port)} 要的是網路 ${quoted(network)}`,
          )
        : andThen(
            text(
              `${seen}${takes.en}, but ${linkName} is in ${nameOf(bridge)}`,
              `${seen}${takes['zh-TW']}，但 ${linkName} 在 ${nameOf(bridge)} 裡`,
            ),
            noBridge(ovs, mapped),
          ),
    ...(value === undefined && writtenElsewhere(ovs, node)),
  }
}

/**
 * Of several bridges mapped to the network, the one that holds OVN's patch port: older releases let it be where it is,
 * whatever is mapped later.
 */
function patchedOf(
  ovs: OvsDatabase,
  value: string | undefined,
  network: string,
  localnet: LogicalSwitchPort | undefined,
): string | undefined {
  const bridges = pairsOf(value).flatMap(([name, bridge]) => (name === network ? [bridge] : []))
  if (bridges.length < 2) return undefined
  return plugs(ovs).find(
    ({ bridge, port }) =>
      bridges.includes(bridge.name) && port.external_ids['ovn-localnet-port'] === localnet?.name,
  )?.bridge.name
}

/** A bridge that is there, is not the integration bridge and has no link of the machine in it. */
function isEmpty(ovs: OvsDatabase, name: string): boolean {
  const isThere = ovs.bridges.some(bridge => bridge.name === name)
  const holdsLink = plugs(ovs).some(
    ({ bridge, iface }) => bridge.name === name && ['', 'system'].includes(iface.type),
  )
  return isThere && !holdsLink && name !== integrationBridgeName(ovs)
}

/** Where a patch port that somebody put into the bridge leads: into the bridge of the link, or not, and why (ovs-vswitchd.conf.db(5), peer). */
function patchedOn(ovs: OvsDatabase, name: string, wanted: string): Text | undefined {
  const all = plugs(ovs)
  const own = all.find(
    ({ bridge, iface, port }) =>
      bridge.name === name && iface.type === 'patch' && !('ovn-localnet-port' in port.external_ids),
  )
  if (!own) return undefined
  const peer = own.iface.options.peer
  const other = all.find(({ iface }) => iface.name === peer)
  const isMutual = other?.iface.options.peer === own.iface.name
  if (!other || !isMutual)
    return text(
      `the peer of its patch port ${own.iface.name} is ${quoted(peer)}, ${other ? `whose peer is ${quoted(other.iface.options.peer)}` : 'which no bridge has'}`,
      `它的 patch port ${own.iface.name} 的 peer 是 ${quoted(peer)}，${other ? `而那個 port 的 peer 是 ${quoted(other.iface.options.peer)}` : '但沒有任何 bridge 有這個 port'}`,
    )
  return other.bridge.name === wanted
    ? text(
        `patch ports lead from there to ${wanted}, which the mapping could name itself`,
        `那裡有 patch port 通到 ${wanted}，mapping 直接寫它就可以了`,
      )
    : undefined
}

/** A name that no bridge has: that of a port, or of a VLAN that `ovs-vsctl add-br NAME PARENT TAG` shows as a bridge, which OVN does not. */
function noBridge(ovs: OvsDatabase, name: string): Text | undefined {
  if (ovs.bridges.some(bridge => bridge.name === name)) return undefined
  const holder = plugs(ovs).find(({ port }) => port.name === name)
  if (!holder) return text(`there is no bridge ${quoted(name)}`, `沒有名稱是 ${quoted(name)} 的 bridge`)
  const [tag] = holder.port.tag
  return text(
    `${name} is no bridge but a port of ${holder.bridge.name}${tag === undefined ? '' : `, of VLAN ${tag}`}`,
    `${name} 不是 bridge，而是 ${holder.bridge.name} 的 port${tag === undefined ? '' : `，屬於 VLAN ${tag}`}`,
  )
}

/** All nodes agree on a name for the network behind the link, and it is another one than the port's. */
async function namedOtherwise(
  lab: Lab,
  endpoints: Endpoint[],
  linkName: string,
  port: LogicalSwitchPort,
): Promise<BrokenLink | undefined> {
  const nodes = [...new Set(endpoints.map(({ node }) => node))]
  const named = await Promise.all(
    nodes.map(async node => {
      const [ovs, bridge] = await Promise.all([
        unlessBlind(lab.ovs(node)),
        unlessBlind(bridgeOf(lab, node, linkName)),
      ])
      const pairs = ovs && bridge ? pairsOf(chassisSetting(ovs, KEY)) : []
      return pairs.filter(([, target]) => target === bridge?.name).map(([network]) => network)
    }),
  )
  const agreed = named[0]?.find(network => named.every(names => names.includes(network)))
  if (nodes.length < 2 || agreed === undefined) return undefined
  const who = list(nodes)
  return {
    where: 'OVN_Northbound · Logical_Switch_Port · options:network_name',
    saw: text(
      `network_name of ${port.name} = ${quoted(port.options.network_name)}, but ${who.en} both map network ${quoted(agreed)} to the bridge of ${linkName}`,
      `${port.name} 的 network_name = ${quoted(port.options.network_name)}，但 ${who['zh-TW']} 都把網路 ${quoted(agreed)} 對應到 ${linkName} 所在的 bridge`,
    ),
    tryThis: `sudo ovn-nbctl lsp-get-options ${port.name}`,
    cause: 'network-name-on-port',
  }
}
