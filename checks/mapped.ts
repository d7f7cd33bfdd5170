import { Unmet } from '../harness/judge/errors.ts'
import type { Lab } from '../harness/look/lab.ts'
import { text } from '../harness/say/text.ts'
import { bridgeOf } from './bridge-holds.ts'
import type { Endpoint } from './endpoint.ts'
import { chassisSetting } from './integration-bridge.ts'
import { localnetPort } from './localnet-port.ts'
import { on, quoted } from './phrases.ts'

/** Splits `ovn-bridge-mappings` into network → bridge, as ovn-controller reads it: no white space is trimmed. */
export function parseMappings(value: string | undefined): Map<string, string> {
  return new Map(
    (value ?? '').split(',').flatMap(pair => {
      const colon = pair.indexOf(':')
      return colon > 0 ? [[pair.slice(0, colon), pair.slice(colon + 1)] as const] : []
    }),
  )
}

/** The node maps the network of the endpoints' localnet port to the bridge that holds its physical link. */
export async function mapsLocalnet(
  lab: Lab,
  endpoints: Endpoint[],
  node: string,
  linkName: string,
): Promise<void> {
  const [ovs, port, bridge] = await Promise.all([
    lab.ovs(node),
    localnetPort(lab, endpoints),
    bridgeOf(lab, node, linkName),
  ])
  const value = chassisSetting(ovs, 'ovn-bridge-mappings')
  const network = port?.options.network_name
  if (bridge && network && parseMappings(value).get(network) === bridge.name) return
  throw new Unmet({
    expected: text(
      `network ${quoted(network)} mapped to ${bridge?.name}, the bridge that holds ${linkName}`,
      `網路 ${quoted(network)} 對應到 ${bridge?.name}，也就是 ${linkName} 所在的 bridge`,
    ),
    saw: text(`ovn-bridge-mappings = ${quoted(value)}`, `ovn-bridge-mappings = ${quoted(value)}`),
    where: `${node} · Open_vSwitch · Open_vSwitch · external_ids:ovn-bridge-mappings`,
    tryThis: on(node, 'sudo ovs-vsctl get Open_vSwitch . external_ids'),
  })
}
