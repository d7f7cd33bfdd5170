import { Unmet } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import type { Proof } from '../../harness/judge/proof.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { linkFor, linksOf, underlayAddress } from '../../harness/topology/topology.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { list, on } from '../nouns/phrases.ts'
import { endOf } from '../route/end.ts'
import { plugPost } from '../route/route.ts'
import { bearsLocalportMac, hasLocalport, localportCarriedSouth } from '../state/localport.ts'
import { crossesTunnel } from './crosses-tunnel.ts'
import { keptOnNode } from './kept-on-node.ts'
import { crossesNoTunnel } from './no-tunnel.ts'
import { assertNotDeaf } from './not-deaf.ts'
import { reaches } from './reaches.ts'
import { staysInTunnel } from './stays-in-tunnel.ts'
import { pingOf, SIZES } from './through.ts'
import { captureIn, type Experiment, probeOf } from './traffic.ts'

/** A namespace on each of two nodes, on one switch, and on each of these nodes a twin with one address, behind a localport. */
export function throughLocalport(neighbours: [Endpoint, Endpoint], twins: [Endpoint, Endpoint]) {
  const nearOf = (twin: Endpoint): Endpoint => neighbours.find(({ node }) => node === twin.node)!
  const seen =
    (verb: (lab: Lab, pings: Experiment) => Promise<void>): Proof =>
    lab =>
      verb(lab, experimentOf(lab, neighbours, twins))
  return {
    hasLocalport: (): Proof => lab => hasLocalport(lab, neighbours),
    localportCarriedSouth: (): Proof => lab => localportCarriedSouth(lab, neighbours),
    bearsLocalportMac:
      (twin: Endpoint): Proof =>
      lab =>
        bearsLocalportMac(lab, twin, twins, neighbours),

    reaches: (from: Endpoint, to: Endpoint) => seen((lab, pings) => reaches(lab, pings, from, to.address)),
    answeredBy: (twin: Endpoint) =>
      seen((lab, pings) => answeredOnlyBy(lab, pings, nearOf(twin), twin, twins)),
    staysOnNode: (twin: Endpoint) =>
      seen(async (lab, pings) => {
        const pair: [Endpoint, Endpoint] = [nearOf(twin), twin]
        await crossesNoTunnel(lab, pings, pair, twin.node)
        await staysInTunnel(lab, pings, pair, twin.node)
      }),
    crossesTunnel: (node: string) => seen((lab, pings) => crossesTunnel(lab, pings, neighbours, node)),
    keptFrom:
      (twin: Endpoint, far: Endpoint): Proof =>
      lab =>
        keptOnNode(lab, twin, far),
  }
}

/** The neighbours ping each other and each the address of the twins; each twin pings its neighbour; all with small and largest packets. */
function experimentOf(
  { topology }: Lab,
  [one, other]: [Endpoint, Endpoint],
  twins: [Endpoint, Endpoint],
): Experiment {
  const underlay = linkFor(topology, 'underlay').name
  const pairs: [Endpoint, Endpoint][] = [
    [other, one],
    [one, other],
    ...twins.flatMap(twin =>
      [one, other].flatMap((near): [Endpoint, Endpoint][] =>
        near.node === twin.node
          ? [
              [near, twin],
              [twin, near],
            ]
          : [],
      ),
    ),
  ]
  return {
    endpoints: [one, other, ...twins],
    physical: linksOf(topology, 'physical')[0]?.name ?? '',
    underlay,
    isTunnelled: true,
    pings: SIZES.flatMap(size => pairs.map(([from, to]) => pingOf(from, to.address, size))),
    markers: [{ link: underlay, from: { node: one.node }, to: underlayAddress(topology, other.node) }],
  }
}

/** The endpoint reaches the twin on its own node, and none of its pings gets to another twin: there a capture works and has none. */
async function answeredOnlyBy(
  lab: Lab,
  experiment: Experiment,
  from: Endpoint,
  own: Endpoint,
  twins: Endpoint[],
): Promise<void> {
  await reaches(lab, experiment, from, own.address)
  const { ping } = await probeOf(lab, experiment, from, own.address)
  for (const twin of twins.filter(({ node }) => node !== own.node)) {
    const end = await endOf(lab, twin)
    if (!end) continue
    const post = plugPost(end)
    const link = post.links[0]!
    const capture = await captureIn(lab, experiment, { ...post, link })
    const strays = capture.heard.filter(({ token }) => token === ping.token)
    if (strays.length === 0) {
      assertNotDeaf(capture)
      continue
    }
    throw new Unmet({
      expected: text(
        `${own.netns} on ${own.node} answers ${from.netns}, and its pings do not get to ${twin.netns} on ${twin.node}`,
        `由 ${own.node} 上的 ${own.netns} 回應 ${from.netns}，而且這些 ping 不會到 ${twin.node} 上的 ${twin.netns}`,
      ),
      saw: list(strays.map(({ icmp, source, destination }) => `${icmp} ${source} > ${destination}`)),
      where: `${twin.node} · ${link}`,
      tryThis: on(twin.node, `sudo tcpdump -n -e -i ${link} icmp`),
    })
  }
}
