import { Unmet } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import type { CaptureHeard } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { mirrored } from '../diagnosis/mirrored.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { andThen, list, on } from '../nouns/phrases.ts'
import { routedOnOneChassis } from '../route/one-chassis.ts'
import { tokensBetween } from './manner.ts'
import { carriedIn } from './no-tunnel.ts'
import { assertNotDeaf } from './not-deaf.ts'
import { reachEachOther } from './reaches.ts'
import { captureIn, type Experiment, isDown, trafficOf } from './traffic.ts'
import { wireIn } from './wires.ts'

/**
 * Outside of Geneve, no frame on a node's underlay or on its physical link holds the bytes of a ping between two endpoints,
 * whatever it is: plain, tagged, VXLAN, GRE. Proven, not assumed: the captures heard their markers and lost nothing, or the
 * link is switched off; and the pings are known to have been answered.
 */
export async function staysInTunnel(
  lab: Lab,
  experiment: Experiment,
  [one, other]: [Endpoint, Endpoint],
  node: string,
): Promise<void> {
  const { physical, underlay, isTunnelled } = experiment
  // Otherwise the captures on the physical link take only pings as they are, and a copy in GRE would go by unheard.
  if (!isTunnelled) throw new TypeError('staysInTunnel needs an experiment with isTunnelled: true')
  const traffic = await trafficOf(lab, experiment)
  const tokens = tokensBetween(traffic, [one, other])
  for (const link of [underlay, physical]) {
    const capture = (await isDown(lab, { node, link }))
      ? undefined
      : await captureIn(lab, experiment, { node, link })
    const wire = wireIn(traffic, { node, link })
    const here = capture ? outsideTunnel(capture, tokens) : []
    const there = wire ? outsideTunnel(wire, tokens) : []
    const seen = list(here.length > 0 ? here : there)
    if (here.length + there.length > 0) {
      const broken = (await mirrored(lab)) ?? (await routedOnOneChassis(lab, [one, other]))
      throw new Unmet({
        expected:
          one.node === other.node
            ? text(
                `on ${link}, there are no pings between ${one.netns} and ${other.netns}`,
                `${link} 上沒有 ${one.netns} 和 ${other.netns} 之間的 ping`,
              )
            : text(
                `on ${link}, the pings between ${one.netns} and ${other.netns} are in Geneve and nowhere else`,
                `${link} 上，${one.netns} 和 ${other.netns} 之間的 ping 都在 Geneve 裡，沒有別的`,
              ),
        where: here.length > 0 ? `${node} · ${link}` : `${node} · ${link} · wire`,
        tryThis: on(node, `sudo tcpdump -n -e -i ${link} not udp port 6081`),
        ...broken,
        saw: andThen(seen, broken?.saw),
      })
    }
    if (capture) assertNotDeaf(capture)
  }
  await reachEachOther(lab, experiment, [one, other])
}

const outsideTunnel = ({ heard, otherwise, ...capture }: CaptureHeard, tokens: string[]): string[] =>
  carriedIn(
    {
      ...capture,
      heard: heard.filter(({ geneve }) => geneve === undefined),
      otherwise: otherwise.filter(({ isInGeneve }) => !isInGeneve),
    },
    tokens,
  )
