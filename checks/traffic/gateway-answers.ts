import { Unmet } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { on } from '../nouns/phrases.ts'
import { bears, linksIn } from '../route/end.ts'
import type { Routed } from '../state/router-ports.ts'
import { reaches } from './reaches.ts'
import { type Experiment, probeOf } from './traffic.ts'

/**
 * The endpoint's gateway answers its ping, and ARP for it: OVN does, by a port of a router, at the endpoint's own plug; no
 * link of any node has the MAC address that answers.
 */
export async function gatewayAnswers(lab: Lab, experiment: Experiment, from: Routed): Promise<void> {
  const { gateway, netns } = from
  const expected = text(
    `OVN answers for ${gateway}, the gateway of ${netns}`,
    `OVN 替 ${netns} 的閘道 ${gateway} 回應`,
  )
  await reaches(lab, experiment, from, gateway, expected)
  const { route } = await probeOf(lab, experiment, from, gateway)
  const macs = route.routed?.from.joints.map(({ port }) => port.mac.toLowerCase()) ?? []
  const facts = await Promise.all(lab.nodes.map(async node => linksIn(node, await lab.kernel(node))))
  const twin = facts.flat().find(bearer => macs.some(mac => bears(bearer, mac)))
  if (!twin) return
  const { node, netns: other, link } = twin
  throw new Unmet({
    expected,
    saw: text(
      `${link.name} on ${node} has the MAC address of the gateway (${link.mac}) as well`,
      `${node} 上的 ${link.name} 也有閘道的 MAC 位址（${link.mac}）`,
    ),
    where: `${node} · ${other === undefined ? link.name : `netns ${other}`}`,
    tryThis: on(node, other === undefined ? `ip link show ${link.name}` : `sudo ip -n ${other} link`),
    cause: 'mac-twice',
  })
}
