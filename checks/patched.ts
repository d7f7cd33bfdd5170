import { Unmet } from '../harness/judge/errors.ts'
import type { Lab } from '../harness/look/lab.ts'
import type { LogicalSwitchPort } from '../harness/ovsdb/tables.ts'
import { text } from '../harness/say/text.ts'
import { bridgeOf } from './bridge-holds.ts'
import { daemonState } from './daemon-state.ts'
import type { Cause } from './diagnosis/cause.ts'
import type { Endpoint } from './endpoint.ts'
import { integrationBridgeName, type Plug, plugs } from './integration-bridge.ts'
import { localnetPort } from './localnet-port.ts'
import { list, nameOf, on } from './phrases.ts'

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
  if (inside.some(one => outside.some(other => arePeers(one, other)))) return
  const controller = await daemonState(lab, node, 'ovn-controller')
  const seen = list(
    patches.map(({ iface, bridge: holder }) => `${iface.name} @ ${holder.name}, peer ${iface.options.peer}`),
  )
  throw new Unmet({
    expected: text(
      `a pair of patch ports between ${integration} and ${nameOf(bridge)}, made by OVN for ${nameOf(localnet)}`,
      `${integration} 和 ${nameOf(bridge)} 之間有一對由 OVN 為 ${nameOf(localnet)} 建立的 patch port`,
    ),
    saw: text(
      `patch ports: ${seen.en}; ${controller.en}`,
      `patch port：${seen['zh-TW']}；${controller['zh-TW']}`,
    ),
    where: `${node} · Open_vSwitch · Interface · options:peer`,
    tryThis: on(node, 'sudo ovs-vsctl show'),
    cause: mistakeIn(patches, localnet, inside.length > 0 && outside.length === 0),
  })
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
