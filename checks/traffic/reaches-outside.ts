import { CannotLook } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import type { HeardPacket } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { on } from '../nouns/phrases.ts'
import { reaches } from './reaches.ts'
import { type Experiment, type Probe, probeOf } from './traffic.ts'
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
  const probe = await probeOf(lab, experiment, from, to)
  const { route, traffic, ping } = probe
  const isRight = ({ geneve, source, sourceMac, destinationMac }: HeardPacket) =>
    geneve === undefined && (source === route.from.address ? sourceMac : destinationMac) === route.from.mac
  assertOnWire(traffic, { node: from.node, link: experiment.physical }, ping, isRight)
  assertNotFromANode(experiment, probe)
}

/**
 * An answer from outside comes in to the node that asked; it may be flooded into others, but none of them sends it out to
 * the physical network. One that does is either between the two or answers itself, and nobody can say which: CannotLook.
 */
function assertNotFromANode(
  { physical }: Experiment,
  { route: { from, address }, traffic, ping }: Probe,
): void {
  for (const seen of traffic.captures) {
    const at = seen.wireOf ?? seen
    if ('blind' in seen || at.node === from.node || at.link !== physical) continue
    const answers = seen.heard.filter(
      ({ token, icmp, source }) => token === ping.token && icmp === 'echo-reply' && source === address,
    )
    if (answers.length === 0 || answers.some(({ incoming }) => incoming !== 0)) continue
    throw new CannotLook(
      text(
        `the answers of ${address} were sent out through ${physical} by ${at.node}, so it is not known whether a machine outside the lab sent them`,
        `${address} 的回應是 ${at.node} 從 ${physical} 送出的，無法確定是不是由實驗環境以外的機器回應`,
      ),
      {
        where: `${at.node} · ${physical}${seen.wireOf ? ' · wire' : ''}`,
        help: on(at.node, `sudo tcpdump -n -e -Q out -i ${physical} icmp`),
      },
    )
  }
}
