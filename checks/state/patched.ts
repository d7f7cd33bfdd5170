import { Unmet } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import { integrationBridgeName, type Plug, plugs } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { LogicalSwitchPort } from '../../harness/ovsdb/tables.ts'
import { datapathSet } from '../diagnosis/bridge-datapath.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Cause } from '../diagnosis/cause.ts'
import { controllerPaused, notConnected, refusesOpenFlow } from '../diagnosis/connection.ts'
import { notInBridge } from '../diagnosis/in-bridge.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { firstOf } from '../nouns/first-of.ts'
import { list, nameOf, on, quoted } from '../nouns/phrases.ts'
import { bridgeOf } from './bridge-holds.ts'
import { daemonState } from './daemon-state.ts'
import { localnetPort } from './localnet-port.ts'

/**
 * ovn-controller has joined the integration bridge and the bridge of the physical link with a pair of patch ports,
 * each the other's peer, made for the endpoints' localnet port (ovn-architecture(7), "Localnet ports").
 */
export async function patchedByOvn(
  lab: Lab,
  endpoints: Endpoint[],
  node: string,
  linkName: string,
): Promise<void> {
  const [ovs, localnet, bridge] = await Promise.all([
    lab.ovs(node),
    localnetPort(lab, endpoints),
    bridgeOf(lab, node, linkName),
  ])
  const integration = integrationBridgeName(ovs)
  const patches = plugs(ovs).filter(({ iface }) => iface.type === 'patch')
  const isOvns = ({ port }: Plug) =>
    localnet !== undefined && port.external_ids['ovn-localnet-port'] === localnet.name
  const inside = patches.filter(plug => plug.bridge.name === integration && isOvns(plug))
  const outside = patches.filter(plug => plug.bridge.name === bridge?.name && isOvns(plug))
  const arePeers = (one: Plug, other: Plug) =>
    one.iface.options.peer === other.iface.name && other.iface.options.peer === one.iface.name
  const pair = inside.flatMap(one => outside.filter(other => arePeers(one, other)).map(other => [one, other]))
  const broken = await firstOf(pair[0] ?? [], plug => notJoined(lab, node, plug))
  if (pair.length > 0 && !broken) return
  const controller = await daemonState(lab, node, 'ovn-controller')
  const seen = list(
    patches.map(({ iface, bridge: holder }) => `${iface.name} @ ${holder.name}, peer ${iface.options.peer}`),
  )
  throw new Unmet({
    expected: text(
      `a pair of patch ports between ${integration} and ${nameOf(bridge)}, created by OVN for ${nameOf(localnet)}`,
      `${integration} 和 ${nameOf(bridge)} 之間有一對由 OVN 為 ${nameOf(localnet)} 建立的 patch port`,
    ),
    saw: text(
      `patch ports: ${seen.en}; ${controller.en}`,
      `patch port：${seen['zh-TW']}；${controller['zh-TW']}`,
    ),
    where: `${node} · Open_vSwitch · Interface · options:peer`,
    tryThis: on(node, 'sudo ovs-vsctl show'),
    ...((pair.length > 0 ? broken : undefined) ??
      (await notConnected(lab, node)) ??
      (await controllerPaused(lab, node, seen)) ??
      (await refusesOpenFlow(lab, node)) ?? {
        cause: mistakeIn(patches, localnet, inside.length > 0 && outside.length === 0),
      }),
  })
}

/** A patch port that Open vSwitch has not joined to its peer: the bridges of the two are of different datapaths. */
async function notJoined(lab: Lab, node: string, plug: Plug): Promise<BrokenLink | undefined> {
  const broken = await notInBridge(lab, node, plug)
  const ovs = await lab.ovs(node)
  const other = plugs(ovs).find(({ iface }) => iface.name === plug.iface.options.peer)
  const typeOf = ({ bridge }: Plug) => bridge.datapath_type || 'system'
  if (!broken || !other || typeOf(other) === typeOf(plug)) return broken
  const absent = [plug, other].map(each => datapathSet(node, ovs, each)).find(Boolean)
  if (absent) return absent
  const [one, two] = [plug, other].map(each => `${each.bridge.name} = ${quoted(each.bridge.datapath_type)}`)
  return {
    where: `${node} · Open_vSwitch · Bridge · datapath_type`,
    saw: text(
      `datapath_type: ${one}, ${two}; ${plug.iface.error[0] ?? broken.saw.en}`,
      `datapath_type：${one}、${two}；${plug.iface.error[0] ?? broken.saw['zh-TW']}`,
    ),
    tryThis: on(node, 'sudo ovs-vsctl --columns=name,datapath_type list Bridge'),
    cause: 'bridge-datapath',
  }
}

/** The known mistake the patch ports are a sign of. */
function mistakeIn(
  patches: Plug[],
  localnet: LogicalSwitchPort | undefined,
  isBeside: boolean,
): Cause | undefined {
  if (patches.some(({ port }) => !('ovn-localnet-port' in port.external_ids))) return 'patch-by-hand'
  // A port that is in another bridge already is not made anew: what an earlier mapping left behind is in the way.
  return localnet && isBeside ? 'patch-left-behind' : undefined
}
