import type { HeardPacket } from '../harness/look/evidence.ts'
import type { Lab } from '../harness/look/lab.ts'
import { text } from '../harness/say/text.ts'
import type { Endpoint } from './endpoint.ts'
import { reaches } from './reaches.ts'
import { type Experiment, probeOf } from './traffic.ts'
import { assertOnWire } from './wires.ts'

/**
 * The endpoint pings a machine outside the lab and is answered over its node's physical link by a machine that is none of
 * ours; where the lab's own wires can be listened to, they carried it as well.
 */
export async function reachesOutside(
  lab: Lab,
  experiment: Experiment,
  from: Endpoint,
  to: string,
): Promise<void> {
  const expected = text(
    `${to}, a machine outside the lab, answers the ping from ${from.netns}`,
    `${from.netns} ping ${to}，由實驗環境以外的機器回應`,
  )
  await reaches(lab, experiment, from, to, expected)
  const { route, traffic, ping } = await probeOf(lab, experiment, from, to)
  const isRight = ({ geneve, source, sourceMac, destinationMac }: HeardPacket) =>
    geneve === undefined && (source === route.from.address ? sourceMac : destinationMac) === route.from.mac
  assertOnWire(traffic, { node: from.node, link: experiment.physical }, ping, isRight)
}
