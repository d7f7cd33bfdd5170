import { Unmet } from '../harness/judge/errors.ts'
import type { Lab } from '../harness/look/lab.ts'
import { text } from '../harness/say/text.ts'
import { pathTo, type Way } from './diagnosis/path.ts'
import { whyNotReached } from './diagnosis/why-not.ts'
import type { Endpoint } from './endpoint.ts'
import { andThen, on } from './phrases.ts'
import { reaches } from './reaches.ts'
import { assertNotDeaf, captureIn, type Experiment, pingIn } from './traffic.ts'

/**
 * The endpoint pings a machine outside the lab and is answered over its node's physical link, plain. An answer
 * that never was on that link came from somebody else: from the namespace itself, say, if it has that address.
 */
export async function reachesOutside(
  lab: Lab,
  experiment: Experiment,
  from: Endpoint,
  to: string,
  way: Way,
): Promise<void> {
  await reaches(lab, experiment, from, to, way)
  const capture = await captureIn(lab, experiment, from.node, way.link)
  const { token } = pingIn(await lab.traffic(experiment), from, to)
  const heard = capture.heard
    .filter(packet => packet.token === token && !packet.geneve && packet.vlan === undefined)
    .map(packet => packet.icmp)
  if (heard.includes('echo-request') && heard.includes('echo-reply')) return
  assertNotDeaf(capture)
  const broken = await whyNotReached(lab, pathTo(way, from, to))
  const seen = text(
    `an answer, but on ${way.link} ${heard.length === 0 ? 'neither request nor reply' : `only ${heard[0]}`}`,
    `有回應，但 ${way.link} 上${heard.length === 0 ? '沒有看到 request 也沒有看到 reply' : `只看到 ${heard[0]}`}`,
  )
  throw new Unmet({
    expected: text(
      `${to} answers the ping from ${from.netns} over ${way.link}`,
      `${from.netns} ping ${to}，回應經過 ${way.link}`,
    ),
    where: `${from.node} · ${way.link}`,
    tryThis: on(from.node, `sudo tcpdump -n -e -i ${way.link} icmp`),
    ...broken,
    saw: andThen(seen, broken?.saw),
  })
}
