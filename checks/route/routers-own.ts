import type { PingSeen, Traffic } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { onSwitchOf, routerWith } from './on-switch.ts'
import type { Route } from './route.ts'
import { echoStations } from './stations.ts'

/**
 * The path to an address of a logical router ends in OVN itself, on the node it began on: its port on the switch answers
 * (ovn-nb(5), Logical_Router_Port). Where the switch leads to a physical network the address may belong to a machine outside,
 * and the router's answer be the mistake: where the lab is known to have one there, or
 * another MAC was heard to claim the address.
 */
export async function asRouted(
  lab: Lab,
  route: Route,
  traffic: Traffic,
  { token, received }: PingSeen,
): Promise<Route> {
  const [plug] = route.posts
  if (route.to || route.routed || !plug) return route
  const ports = await unlessBlind(onSwitchOf(lab, route))
  const router = ports && (await routerWith(lab, ports, route.address))
  if (!router) return route
  const { port } = router
  const mac = port.mac.toLowerCase()
  const own: Route = {
    ...route,
    posts: [plug],
    routed: { from: { joints: [router], gateway: route.address } },
  }
  const isPhysical = ports.some(({ type }) => type === 'localnet')
  const isElsewhere =
    lab.wires?.outside?.includes(route.address) || isClaimedBesides(traffic, route.address, mac)
  if (isPhysical && isElsewhere) return route
  if (received === 0) return isPhysical ? route : own
  const answers = echoStations({ ...route, posts: [plug] }, traffic, token)
    .filter(({ direction }) => direction === 'reply')
    .flatMap(({ heard }) => heard.frames)
  const isRouters = answers.length > 0 && answers.every(({ sourceMac }) => sourceMac === mac)
  return isRouters ? own : route
}

const isClaimedBesides = ({ captures }: Traffic, address: string, mac: string): boolean =>
  captures.some(
    seen => 'heard' in seen && seen.arps.some(({ source, saysMac }) => source === address && saysMac !== mac),
  )

/** A path that `asRouted` has found to end in OVN: there is no place but its plug. */
export const endsInOvn = ({ to, posts }: Route): boolean => !to && posts.length === 1
