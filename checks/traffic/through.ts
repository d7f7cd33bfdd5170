import type { Proof } from '../../harness/judge/proof.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { addressOn, linkFor, linksOf, underlayAddress } from '../../harness/topology/topology.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { ECHO_HEADS_BYTES } from '../nouns/wanted.ts'
import { bridgeHolds } from '../state/bridge-holds.ts'
import { localnetCarriedSouth } from '../state/carried-south.ts'
import { eighthsOf, hasRoute } from '../state/has-route.ts'
import { acceptsUnknown, hasLocalnetPort } from '../state/localnet-port.ts'
import { mapsLocalnet } from '../state/mapped.ts'
import { routerCarriedSouth, shareOneRouter } from '../state/one-router.ts'
import { patchedByOvn } from '../state/patched.ts'
import { hasRouterPort, joinedToRouter, type Routed } from '../state/router-ports.ts'
import { tunnelledByOvn } from '../state/tunnelled.ts'
import { carriedByBridge, carriedByOvn, reachesByBridge } from './carried-by.ts'
import { connects } from './connects.ts'
import { crossesPlain } from './crosses-plain.ts'
import { crossesRouter } from './crosses-router.ts'
import { crossesTunnel } from './crosses-tunnel.ts'
import { fits } from './fits.ts'
import { gatewayAnswers } from './gateway-answers.ts'
import type { Manner } from './manner.ts'
import { crossesNoTunnel } from './no-tunnel.ts'
import { reaches } from './reaches.ts'
import { reachesOutside } from './reaches-outside.ts'
import { staysInTunnel } from './stays-in-tunnel.ts'
import type { Experiment } from './traffic.ts'

/**
 * What a lesson says of the path between two namespaces on two nodes, a claim a line. Who pings whom, where it is listened
 * and at which addresses follows from the two and from the lesson's topology; all claims of a path share one experiment.
 * Its links are looked at for the ping of the second to the first.
 */

/** The path leaves each node by a physical link, as it is: through the bridge that a localnet port is mapped to. */
export function throughPhysical(link: string, one: Endpoint, other: Endpoint) {
  const both = [one, other]
  const seen = seenIn(lab => {
    const between = experimentOf(lab, [one, other], link, SIZES)
    const pings = SIZES.flatMap(size => both.map(from => pingOf(from, outsideOf(lab, link), size)))
    return { ...between, pings: [...between.pings, ...pings] }
  })
  return {
    hasLocalnetPort: (): Proof => lab => hasLocalnetPort(lab, both),
    acceptsUnknown: (): Proof => lab => acceptsUnknown(lab, both),
    localnetCarriedSouth: (): Proof => lab => localnetCarriedSouth(lab, both),
    bridgeHoldsLink:
      (node: string): Proof =>
      lab =>
        bridgeHolds(lab, node, link),
    mapsLocalnet:
      (node: string): Proof =>
      lab =>
        mapsLocalnet(lab, both, node, link),
    patchedByOvn:
      (node: string): Proof =>
      lab =>
        patchedByOvn(lab, both, node, link),

    reaches: (from: Endpoint, to: Endpoint) => seen((lab, pings) => reaches(lab, pings, from, to.address)),
    reachesOutside: (from: Endpoint) =>
      seen((lab, pings) => reachesOutside(lab, pings, from, outsideOf(lab, link))),
    crossesPlain: (node: string) => seen((lab, pings) => crossesPlain(lab, pings, [other, one], node)),
    crossesNoTunnel: (node: string) => seen((lab, pings) => crossesNoTunnel(lab, pings, [one, other], node)),
  }
}

/** A network that passes only small packets is half a network. */
export const SIZES: Manner[] = [{}, { isLargest: true }]

/**
 * The path crosses the underlay in a tunnel. `fullBytes`: of its largest packets, 1500 where
 * a lesson says nothing; `tcpPort`: a port that answers, if only by a refusal.
 */
export function throughTunnel(
  one: Endpoint,
  other: Endpoint,
  { fullBytes = 1500, tcpPort = 80 }: { fullBytes?: number; tcpPort?: number } = {},
) {
  const manners = [{}, { bytes: fullBytes - ECHO_HEADS_BYTES }, { tcpPort }]
  const seen = seenIn(lab => ({
    ...experimentOf(lab, [one, other], undefined, manners),
    isTunnelled: true,
  }))
  return {
    tunnelledByOvn:
      (from: string, to: string): Proof =>
      lab =>
        tunnelledByOvn(lab, from, to),

    reaches: (from: Endpoint, to: Endpoint) => seen((lab, pings) => reaches(lab, pings, from, to.address)),
    fits: (from: Endpoint, to: Endpoint) =>
      seen((lab, pings) => fits(lab, pings, from, to.address, fullBytes)),
    connects: (from: Endpoint, to: Endpoint) =>
      seen((lab, pings) => connects(lab, pings, from, to.address, tcpPort)),
    crossesTunnel: (node: string) => seen((lab, pings) => crossesTunnel(lab, pings, [other, one], node)),
    staysInTunnel: (node: string) => seen((lab, pings) => staysInTunnel(lab, pings, [one, other], node)),
  }
}

/**
 * Both endpoints are on one node, and the path does not leave it: through OVN, or through a Linux bridge in its place.
 */
export function withinNode(one: Endpoint, other: Endpoint) {
  const both: [Endpoint, Endpoint] = [one, other]
  const seen = seenIn(lab => ({
    ...experimentOf(lab, both, undefined, SIZES),
    isTunnelled: true,
    hearsBridges: true,
  }))
  return {
    reaches: (from: Endpoint, to: Endpoint) => seen((lab, pings) => reaches(lab, pings, from, to.address)),
    staysOnNode: () => seen((lab, pings) => staysOnNode(lab, pings, [[one, other]])),
    carriedByOvn: () => seen((lab, pings) => carriedByOvn(lab, pings, both)),

    reachesByBridge: (from: Endpoint, to: Endpoint) =>
      seen((lab, pings) => reachesByBridge(lab, pings, from, to)),
    carriedByBridge: () => seen((lab, pings) => carriedByBridge(lab, pings, both)),
  }
}

/**
 * The endpoints are each behind a gateway: from one subnet to another it is a logical router that leads, on one node or from
 * one to the other through the tunnel between them.
 */
export function throughRouter(...endpoints: Routed[]) {
  const gateways = [...new Set(endpoints.map(({ gateway }) => gateway))]
  const pairs = endpoints.flatMap((one, at) =>
    endpoints
      .slice(at + 1)
      .flatMap((other): [Routed, Routed][] => (one.gateway === other.gateway ? [] : [[one, other]])),
  )
  const seen = seenIn(lab => {
    const [first] = pairs
    if (!first) throw new TypeError('throughRouter needs endpoints behind two gateways')
    const pings = [
      ...SIZES.flatMap(size =>
        pairs.flatMap(([one, other]) => [pingOf(one, other.address, size), pingOf(other, one.address, size)]),
      ),
      ...endpoints.map(from => pingOf(from, from.gateway)),
    ]
    return { ...experimentOf(lab, first), endpoints, gateways, pings, isTunnelled: true }
  })
  const othersOf = ({ gateway }: Routed) => endpoints.find(other => other.gateway !== gateway)
  const foreignTo = (from: Routed) => othersOf(from)?.address ?? from.gateway
  // The other subnet may be of another size than one's own.
  const foreignSubnet = (from: Routed) => `${foreignTo(from)}/${(othersOf(from) ?? from).prefixLength}`
  return {
    hasRoute:
      (from: Routed): Proof =>
      lab =>
        hasRoute(lab, from, foreignTo(from), eighthsOf(foreignSubnet(from))),
    hasRouterPort:
      (of: Routed): Proof =>
      lab =>
        hasRouterPort(lab, of),
    joinedToRouter:
      (of: Routed): Proof =>
      lab =>
        joinedToRouter(
          lab,
          of,
          endpoints.filter(({ gateway }) => gateway === of.gateway),
        ),
    sharesOneRouter: (): Proof => lab => shareOneRouter(lab, gateways),
    routerCarriedSouth: (): Proof => lab => routerCarriedSouth(lab, gateways),

    gatewayAnswers: (from: Routed) => seen((lab, pings) => gatewayAnswers(lab, pings, from)),
    reaches: (from: Routed, to: Routed) => seen((lab, pings) => reaches(lab, pings, from, to.address)),
    crossesRouter: (from: Routed, to: Routed) => seen((lab, pings) => crossesRouter(lab, pings, [from, to])),
    staysOnNode: () => seen((lab, pings) => staysOnNode(lab, pings, pairs)),
    crossesTunnel: (from: Routed, to: Routed, node: string) =>
      seen((lab, pings) => crossesTunnel(lab, pings, [from, to], node)),
  }
}

/** Of pings between endpoints on one node, nothing is on a link that leads out of it, in whatever form. */
async function staysOnNode(lab: Lab, pings: Experiment, pairs: [Endpoint, Endpoint][]): Promise<void> {
  for (const pair of pairs) {
    await crossesNoTunnel(lab, pings, pair, pair[0].node)
    await staysInTunnel(lab, pings, pair, pair[0].node)
  }
}

/** Proofs by verbs that judge one experiment. */
const seenIn =
  (experiment: (lab: Lab) => Experiment) =>
  (verb: (lab: Lab, pings: Experiment) => Promise<void>): Proof =>
  lab =>
    verb(lab, experiment(lab))

/** Pings both ways, in each manner; a marker shows that the captures on the underlay are not deaf. */
export function experimentOf(
  { topology }: Lab,
  [one, other]: [Endpoint, Endpoint],
  physical = linksOf(topology, 'physical')[0]?.name ?? '',
  manners: Manner[] = [{}],
): Experiment {
  const underlay = linkFor(topology, 'underlay').name
  const peer = [other.node, ...Object.keys(topology.nodes)].find(node => node !== one.node) ?? one.node
  return {
    endpoints: [one, other],
    physical,
    underlay,
    pings: manners.flatMap(manner => [
      pingOf(other, one.address, manner),
      pingOf(one, other.address, manner),
    ]),
    markers: [{ link: underlay, from: { node: one.node }, to: underlayAddress(topology, peer) }],
  }
}

export const pingOf = ({ node, netns }: Endpoint, to: string, manner: Manner = {}) => ({
  from: { node, netns },
  to,
  ...manner,
})

/** The address of the machine outside that a physical link leads to. */
function outsideOf({ topology }: Lab, name: string): string {
  const link = topology.links[name]
  if (!link?.outside) throw new TypeError(`the topology has nobody outside on ${name}`)
  return addressOn(link, link.outside.number)
}
