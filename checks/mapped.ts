import { Unmet } from '../harness/judge/errors.ts'
import type { Lab } from '../harness/look/lab.ts'
import { text } from '../harness/say/text.ts'
import { bridgeOf } from './bridge-holds.ts'
import { brokenMapping } from './diagnosis/mapping.ts'
import type { Endpoint } from './endpoint.ts'
import { localnetPort } from './localnet-port.ts'
import { nameOf, quoted } from './phrases.ts'

/** The node maps the network of the endpoints' localnet port to the bridge that holds its physical link. */
export async function mapsLocalnet(
  lab: Lab,
  endpoints: Endpoint[],
  node: string,
  linkName: string,
): Promise<void> {
  const broken = await brokenMapping(lab, endpoints, node, linkName)
  if (!broken) return
  const [port, bridge] = await Promise.all([localnetPort(lab, endpoints), bridgeOf(lab, node, linkName)])
  const network = port?.options.network_name
  throw new Unmet({
    expected: text(
      `network ${quoted(network)} mapped to ${nameOf(bridge)}, the bridge of ${linkName}`,
      `網路 ${quoted(network)} 對應到 ${nameOf(bridge)}，也就是 ${linkName} 所在的 bridge`,
    ),
    ...broken,
  })
}
