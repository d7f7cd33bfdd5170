import { Unmet } from '../harness/judge/errors.ts'
import type { Lab } from '../harness/look/lab.ts'
import { text } from '../harness/say/text.ts'
import { mirrored } from './diagnosis/mirror.ts'
import { pathTo, type Way } from './diagnosis/path.ts'
import type { Endpoint } from './endpoint.ts'
import { andThen, list, on } from './phrases.ts'
import { reaches } from './reaches.ts'
import { assertNotDeaf, captureIn, type Experiment, pingIn } from './traffic.ts'

/**
 * No Geneve packet (RFC 8926) on a node's link carries the pings between two endpoints, in either direction.
 * Proven, not assumed: the same capture heard its marker and lost nothing, and the ping is known to have been answered.
 */
export async function crossesNoTunnel(
  lab: Lab,
  experiment: Experiment,
  [one, other]: [Endpoint, Endpoint],
  node: string,
  link: string,
  way?: Way,
): Promise<void> {
  const capture = await captureIn(lab, experiment, node, link)
  const traffic = await lab.traffic(experiment)
  const pings = [pingIn(traffic, one, other.address), pingIn(traffic, other, one.address)]
  const tunnelled = capture.heard.filter(
    packet => packet.geneve !== undefined && pings.some(ping => ping.token === packet.token),
  )
  if (tunnelled.length === 0) {
    if (capture.heardMarker === undefined) throw new TypeError(`The experiment has no marker on ${link}`)
    assertNotDeaf(capture)
    await reaches(lab, experiment, one, other.address)
    await reaches(lab, experiment, other, one.address)
    return
  }
  const seen = list([
    ...new Set(
      tunnelled.map(
        ({ icmp, geneve }) =>
          `${icmp} in Geneve ${geneve?.outerSource} > ${geneve?.outerDestination} vni ${geneve?.vni}`,
      ),
    ),
  ])
  const broken = way && (await mirrored(lab, pathTo(way, one, other.address)))
  throw new Unmet({
    expected: text(
      `no Geneve on ${link} carries the ping between ${one.netns} and ${other.netns}`,
      `${link} 上沒有任何 Geneve 封包載著 ${one.netns} 和 ${other.netns} 之間的 ping`,
    ),
    where: `${node} · ${link}`,
    tryThis: on(node, `sudo tcpdump -n -i ${link} udp port 6081`),
    ...broken,
    saw: andThen(seen, broken?.saw),
  })
}
