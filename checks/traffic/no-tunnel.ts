import { SAMPLE } from '../../harness/capture/frame-words.ts'
import { Unmet } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import type { CaptureHeard, ListenAt } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { mirrored } from '../diagnosis/mirrored.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { andThen, list, on } from '../nouns/phrases.ts'
import { routedOnOneChassis } from '../route/one-chassis.ts'
import { tokensBetween } from './manner.ts'
import { assertNotDeaf } from './not-deaf.ts'
import { reachEachOther } from './reaches.ts'
import { captureIn, type Experiment, trafficOf } from './traffic.ts'
import { wireIn } from './wires.ts'

/**
 * Nothing on a node's underlay carries the pings between two endpoints, in either direction: no frame there holds their
 * bytes, whatever it is (Geneve on any port, VXLAN, GRE, plain). Proven, not assumed: the same capture heard its marker and
 * lost nothing, and the pings are known to have been answered.
 */
export async function crossesNoTunnel(
  lab: Lab,
  experiment: Experiment,
  [one, other]: [Endpoint, Endpoint],
  node: string,
): Promise<void> {
  const link = experiment.underlay
  const carried = await carriedOn(lab, experiment, [one, other], { node, link })
  const expected = text(
    `no frame on ${link} contains the ping between ${one.netns} and ${other.netns}`,
    `${link} 上沒有任何訊框包含 ${one.netns} 和 ${other.netns} 之間的 ping`,
  )
  if (carried.length === 0) {
    await reachEachOther(lab, experiment, [one, other])
    const traffic = await trafficOf(lab, experiment)
    const wire = wireIn(traffic, { node, link })
    const onWire = wire ? carriedIn(wire, tokensBetween(traffic, [one, other])) : []
    if (onWire.length > 0)
      throw new Unmet({
        expected,
        saw: text(
          `nothing on ${link} itself, but at the other end of its connection ${list(onWire).en}`,
          `${link} 本身沒有，但它另一端的線路上有 ${list(onWire)['zh-TW']}`,
        ),
        where: `${node} · ${link} · wire`,
        tryThis: on(node, `ip -d link show dev ${link}`),
      })
    return
  }
  const broken = (await mirrored(lab)) ?? (await routedOnOneChassis(lab, [one, other]))
  throw new Unmet({
    expected,
    where: `${node} · ${link}`,
    tryThis: on(node, `sudo tcpdump -n -i ${link} not arp`),
    ...broken,
    saw: andThen(list(carried), broken?.saw),
  })
}

/** Each way in which a link carried the pings between two endpoints; where none, its capture is shown to have heard its marker. */
export async function carriedOn(
  lab: Lab,
  experiment: Experiment,
  pair: [Endpoint, Endpoint],
  at: Pick<ListenAt, 'node' | 'netns' | 'link'>,
): Promise<string[]> {
  const capture = await captureIn(lab, experiment, at)
  const carried = carriedIn(capture, tokensBetween(await trafficOf(lab, experiment), pair))
  if (carried.length > 0) return carried
  if (capture.heardMarker === undefined) throw new TypeError(`The experiment has no marker on ${at.link}`)
  assertNotDeaf(capture)
  return []
}

/**
 * Each way in which a capture heard one of the tokens, once, in the field's own words. What a monitor is told of a sampled
 * packet is no way.
 */
export function carriedIn({ heard, otherwise }: CaptureHeard, tokens: string[]): string[] {
  const isOurs = ({ token }: { token: string }) => tokens.includes(token)
  const echoes = heard
    .filter(isOurs)
    .map(({ icmp, geneve, source, destination }) =>
      geneve
        ? `${icmp} in Geneve ${geneve.outerSource} > ${geneve.outerDestination} vni ${geneve.vni}`
        : `${icmp} ${source} > ${destination}, plain`,
    )
  const ways = otherwise.filter(seen => isOurs(seen) && !seen.how.startsWith(`${SAMPLE} `))
  return [...new Set([...echoes, ...ways.map(({ how }) => how)])]
}
