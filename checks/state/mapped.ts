import { Unmet } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { nameOf, quoted } from '../nouns/phrases.ts'
import { bridgeOf } from './bridge-holds.ts'
import { localnetPort } from './localnet-port.ts'
import { brokenMapping } from './mapping.ts'

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
