import { Unmet } from '../harness/judge/errors.ts'
import type { HeardPacket } from '../harness/look/evidence.ts'
import type { Lab } from '../harness/look/lab.ts'
import { text } from '../harness/say/text.ts'
import type { Endpoint } from './endpoint.ts'
import { linksIn } from './path/end.ts'
import { impostor } from './path/impostor.ts'
import { heardAt } from './path/route.ts'
import { on } from './phrases.ts'
import { reaches } from './reaches.ts'
import { type Experiment, probeOf } from './traffic.ts'
import { assertOnWire } from './wires.ts'

/**
 * The endpoint pings a machine outside the lab and is answered over its node's physical link by a machine that is none of
 * ours: the answer bears the MAC of no link of any node, and of no port of OVN.
 */
export async function reachesOutside(
  lab: Lab,
  experiment: Experiment,
  from: Endpoint,
  to: string,
): Promise<void> {
  await reaches(lab, experiment, from, to)
  const { route, traffic, ping } = await probeOf(lab, experiment, from, to)
  const wanted = { kind: 'echo-reply' as const, source: to, destination: from.address, token: ping.token }
  const macs = new Set(
    route.posts.flatMap(post => heardAt(traffic, post, wanted).frames.map(({ sourceMac }) => sourceMac)),
  )
  const own = await ourMacs(lab)
  const ours = [...macs].find(mac => own.has(mac))
  const expected = text(
    `${to}, a machine outside the lab, answers the ping from ${from.netns}`,
    `${from.netns} ping ${to}，由實驗環境以外的機器回應`,
  )
  if (ours === undefined) {
    const isRight = ({ geneve, source, sourceMac, destinationMac }: HeardPacket) =>
      geneve === undefined && (source === from.address ? sourceMac : destinationMac) === route.from.mac
    assertOnWire(traffic, { node: from.node, link: experiment.physical }, ping, isRight)
    return
  }
  const broken = await impostor(lab, to, ours)
  throw new Unmet({
    expected,
    ...broken,
    tryThis: broken.tryThis || on(from.node, `sudo ip netns exec ${from.netns} ip neighbour`),
  })
}

/** MACs of all links of all nodes and of OVN's own routers. A port of a switch has the MAC of a machine, ours or not. */
async function ourMacs(lab: Lab): Promise<Set<string>> {
  const [{ routerPorts }, ...facts] = await Promise.all([
    lab.northbound(),
    ...lab.nodes.map(async node => linksIn(node, await lab.kernel(node))),
  ])
  return new Set([
    ...facts.flat().map(({ link }) => link.mac.toLowerCase()),
    ...routerPorts.map(({ mac }) => mac.toLowerCase()),
  ])
}
