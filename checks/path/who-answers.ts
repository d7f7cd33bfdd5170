import type { PingSeen, Traffic } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Break } from '../heard/bracket.ts'
import { addressTwice, routerTwice } from '../locate/address-twice.ts'
import { impostor } from '../locate/impostor.ts'
import { linksIn } from '../route/end.ts'
import { knownEnds } from '../route/known-ends.ts'
import type { Route } from '../route/route.ts'
import { isNear } from '../route/routed.ts'
import { endsInOvn } from '../route/routers-own.ts'
import { echoStations } from '../route/stations.ts'

/**
 * A ping that was answered, but not by the one machine that it is for: another one has the address as well, or an address
 * of the outside is answered by one of ours. Undefined where it was the right one. Of a path between our ends that broke,
 * the place of the break says who it was.
 */
export const wrongMachine = async (
  lab: Lab,
  route: Route,
  traffic: Traffic,
  ping: PingSeen,
  broken: Break | undefined,
): Promise<BrokenLink | undefined> => {
  // Of what a machine hands on, it alone knows who answers.
  if (ping.received === 0 || (broken && route.to) || route.gate) return undefined
  if (endsInOvn(route)) return route.isTakenByOvn ? undefined : routerTwice(lab, route)
  return (
    (await addressTwice(lab, route)) ??
    (route.to ? undefined : await oneOfOurs(lab, route, traffic, ping)) ??
    heldOutside(lab, route, traffic)
  )
}

/**
 * A machine that none of ours is said by ARP that it has the address of an end: the pings met the right one, but whom the
 * next answer is believed decides who speaks last. Behind a router the same address may be another network's.
 */
async function heldOutside(lab: Lab, { from, to, posts, routed }: Route, { captures }: Traffic) {
  if (routed) return undefined
  const own = await ourMacs(lab)
  const claims = captures
    .filter(({ node, netns, link }) =>
      posts.some(post => post.node === node && post.netns === netns && post.links.includes(link)),
    )
    .flatMap(seen => ('blind' in seen ? [] : seen.arps))
  const claim = claims.find(
    ({ source, saysMac, geneve }) =>
      !geneve &&
      [from, to].some(end => end?.address === source && end.mac !== saysMac) &&
      !own.has(saysMac.toLowerCase()),
  )
  return claim && impostor(lab, claim.source, claim.saysMac)
}

/**
 * A machine outside that has the address of an end as well, though none of its answers was heard: the ends know each other's MAC
 * address still. Each node is asked from the other one, by its link to the physical network; nobody learns anything from that.
 */
export async function alsoOutside(lab: Lab, route: Route): Promise<BrokenLink | undefined> {
  const { from, to, posts, routed, outward } = route
  if (!to || routed || outward || from.node === to.node) return undefined
  const own = await ourMacs(lab)
  const asked = [
    { by: from.node, end: to },
    { by: to.node, end: from },
  ]
  const found = await Promise.all(
    asked.map(async ({ by, end }) => {
      const exit = posts.find(({ kind, node, isTunnel }) => kind === 'exit' && node === by && !isTunnel)
      const link = (await lab.kernel(by)).links.find(({ name }) => name === exit?.links[0])
      if (!link?.isUp) return undefined
      const { index, mac } = link
      const seen = await unlessBlind(lab.arpProbe(by, { index, mac, address: end.address }))
      const other = seen?.macs.find(one => one !== end.mac && !own.has(one))
      return other === undefined ? undefined : impostor(lab, end.address, other)
    }),
  )
  return found.find(broken => broken !== undefined)
}

async function oneOfOurs(
  lab: Lab,
  route: Route,
  traffic: Traffic,
  { token }: PingSeen,
): Promise<BrokenLink | undefined> {
  // Behind a router every answer bears its MAC address.
  const isRouted = route.outward !== undefined || !isNear(route.from, route.address)
  const macs = echoStations(route, traffic, token)
    .filter(({ direction, post }) => direction === 'reply' && (!isRouted || post === route.posts.at(-1)))
    .flatMap(({ heard }) =>
      heard.frames.filter(frame => !isRouted || !frame.geneve).map(({ sourceMac }) => sourceMac),
    )
  const own = await ourMacs(lab)
  const ours = macs.find(mac => own.has(mac))
  if (ours !== undefined && (await isItsOwner(lab, route, ours))) return undefined
  return ours === undefined ? undefined : impostor(lab, route.address, ours)
}

/**
 * A link in a bridge beside OVN has the address of the path, and nobody says that a machine outside of the lab should: it is a
 * machine of the physical network that happens to be on a node.
 */
async function isItsOwner(lab: Lab, { address }: Route, mac: string): Promise<boolean> {
  if (!lab.wires || lab.wires.outside?.includes(address)) return false
  const { ends } = await knownEnds(lab)
  return ends.some(
    end =>
      end.mac.toLowerCase() === mac &&
      !end.isOfOvn &&
      end.plug !== undefined &&
      end.addresses.some(own => own.address === address),
  )
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
