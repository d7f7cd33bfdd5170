import { CannotLook } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import type { Proof } from '../../harness/judge/proof.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { WIRES } from '../../harness/look/traffic.ts'
import { addressOn, beyondOn, linkFor, underlayAddress } from '../../harness/topology/topology.ts'
import { bracket } from '../heard/bracket.ts'
import { leavesByLink } from '../locate/kept-from-link.ts'
import { outState } from '../locate/out-state.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { bridgeHolds } from '../state/bridge-holds.ts'
import { localnetCarriedSouth } from '../state/carried-south.ts'
import { choosesGateway, gatewayBound } from '../state/gateway-chassis.ts'
import { translatesDestination, translatesSource } from '../state/has-nat.ts'
import { FAR_AWAY, hasRoute } from '../state/has-route.ts'
import { hasWayOut } from '../state/has-way-out.ts'
import { acceptsUnknown, hasLocalnetPort } from '../state/localnet-port.ts'
import { mapsLocalnet } from '../state/mapped.ts'
import { routerCarriedSouth, shareOneRouter } from '../state/one-router.ts'
import { patchedByOvn } from '../state/patched.ts'
import { hasRouterPort, joinedToRouter, leadsToRouter, type Routed } from '../state/router-ports.ts'
import { standsBy, watches } from '../state/standby-chassis.ts'
import { answersAs, leavesOnlyBy, outsideReaches, outsideSees } from './outside-sees.ts'
import { reaches } from './reaches.ts'
import { pingOf, SIZES } from './through.ts'
import { type Asker, type Experiment, type OutwardTold, probeOf } from './traffic.ts'

/** A router's way out, as a lesson tells it. */
interface Gateway {
  /** The node that is to be its gateway chassis, and the router's address on the physical network. */
  node: string
  address: string
  prefixLength: number
  nextHop: string
  /** The address by which the endpoint is to be reached from outside. */
  floating: string
}

/**
 * The endpoint is behind a router that leads out by a physical link of one node, its gateway chassis, and translates
 * addresses there.
 */
export function throughGateway(link: string, inside: Routed, gateway: Gateway) {
  const { node, address, prefixLength, nextHop, floating } = gateway
  const outer: Endpoint = { node, netns: '', address, prefixLength, isRouter: true }
  const told: OutwardTold = { outer, nextHop, external: [address, floating] }
  const translation = { router: address, inside }
  const gateways = [inside.gateway, address]
  const experiment = (lab: Lab) => experimentOf(lab, link, inside, told, floating)
  const beyond = ({ topology }: Lab): string => {
    const server = topology.links[link] && beyondOn(topology.links[link])?.server
    if (server === undefined) throw new TypeError(`the topology has nothing beyond ${link}`)
    return server
  }
  /** The physical network, and the one beyond it. */
  const networks = ({ topology }: Lab): string[] =>
    [topology.links[link], topology.links[link]?.outside?.beyond].flatMap(one => one?.subnet ?? [])
  return {
    hasRoute: (): Proof => lab => hasRoute(lab, inside, beyond(lab), FAR_AWAY),
    hasInnerPort: (): Proof => lab => hasRouterPort(lab, inside),
    joinedInside: (): Proof => lab => joinedToRouter(lab, inside, [inside]),
    hasOuterPort: (): Proof => lab => hasRouterPort(lab, { gateway: address, prefixLength }),
    joinedOutside: (): Proof => lab => leadsToRouter(lab, address),
    sharesOneRouter: (): Proof => lab => shareOneRouter(lab, gateways),
    routerCarriedSouth: (): Proof => lab => routerCarriedSouth(lab, gateways),

    hasLocalnetPort: (): Proof => lab => hasLocalnetPort(lab, [outer]),
    acceptsUnknown: (): Proof => lab => acceptsUnknown(lab, [outer]),
    localnetCarriedSouth: (): Proof => lab => localnetCarriedSouth(lab, [outer]),
    bridgeHoldsLink:
      (at = node): Proof =>
      lab =>
        bridgeHolds(lab, at, link),
    mapsLocalnet:
      (at = node): Proof =>
      lab =>
        mapsLocalnet(lab, [outer], at, link),
    patchedByOvn:
      (at = node): Proof =>
      async lab => {
        await patchedByOvn(lab, [outer], at, link)
        // By the gateway chassis itself pings go.
        if (at !== node) await leavesByLink(lab, at, link, { address, nextHop })
      },

    choosesGateway: (): Proof => lab => choosesGateway(lab, address, node),
    gatewayBound: (): Proof => lab => gatewayBound(lab, address, node),
    standsBy:
      (other: string): Proof =>
      lab =>
        standsBy(lab, address, other),
    watches:
      (one: string, other: string): Proof =>
      lab =>
        watches(lab, one, other),
    hasWayOut: (): Proof => lab =>
      hasWayOut(lab, { router: address, host: inside.address, foreign: beyond(lab), nextHop }),
    translatesSource: (): Proof => lab =>
      translatesSource(lab, {
        ...translation,
        external: [address, floating],
        peers: networks(lab),
        isForAll: true,
      }),
    translatesDestination: (): Proof => lab =>
      translatesDestination(lab, {
        ...translation,
        external: [floating],
        peers: networks(lab).slice(0, 1),
      }),

    reachesOutside: (): Proof => lab => reaches(lab, experiment(lab), inside, nextHop),
    reachesBeyond: (): Proof => lab => reachesBeyond(lab, experiment(lab), inside, beyond(lab)),
    outsideSees: (): Proof => lab => outsideSees(lab, experiment(lab), told, inside, nextHop),
    outsideReaches: (): Proof => lab => outsideReaches(lab, experiment(lab), floating, inside),
    answersAs: (): Proof => lab => answersAs(lab, experiment(lab), told, floating),
    leavesOnlyBy: (): Proof => lab => leavesOnlyBy(lab, experiment(lab), told),
  }
}

/** Pings to the next hop, to what is beyond it, and from outside to the floating address, where somebody is there to ask. */
function experimentOf(
  lab: Lab,
  link: string,
  inside: Endpoint,
  told: OutwardTold,
  floating: string,
): Experiment {
  const { topology, wires } = lab
  const { outer, nextHop } = told
  const physical = topology.links[link]
  const server = physical && beyondOn(physical)?.server
  const outside = physical?.outside && addressOn(physical, physical.outside.number)
  const underlay = linkFor(topology, 'underlay').name
  const asker: Asker | undefined =
    wires && outside !== undefined ? { node: WIRES, address: outside, prefixLength: 32 } : undefined
  return {
    endpoints: [inside],
    physical: link,
    underlay,
    outward: told,
    ...(asker && { outsider: asker }),
    pings: [
      ...SIZES.flatMap(size =>
        [nextHop, ...(server === undefined ? [] : [server])].map(to => pingOf(inside, to, size)),
      ),
      ...(asker ? [{ from: { node: WIRES }, to: floating }] : []),
    ],
    markers: [{ link: underlay, from: { node: inside.node }, to: underlayAddress(topology, outer.node) }],
  }
}

/** Where nothing is known of what lies beyond, nobody who does not answer there is anybody's mistake. */
async function reachesBeyond(lab: Lab, experiment: Experiment, from: Endpoint, to: string): Promise<void> {
  const { route, traffic, ping } = await probeOf(lab, experiment, from, to)
  const isLostOutside = bracket(route, traffic, ping)?.place.kind === 'outside'
  const isKnown = lab.wires?.outside?.includes(to) ?? false
  if (isKnown || !isLostOutside || !route.outward || (await outState(lab, route, route.outward)))
    return reaches(lab, experiment, from, to)
  throw new CannotLook(
    text(
      `the packets for ${to} left by ${experiment.physical}, and it is not known whether a machine with that address is there`,
      `給 ${to} 的封包已經從 ${experiment.physical} 送出，但無法確定那裡有沒有這個位址的機器`,
    ),
    { where: to },
  )
}
