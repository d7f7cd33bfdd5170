import type { PingSeen, Traffic } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { onSwitchOf, routerWith } from './on-switch.ts'
import type { Route } from './route.ts'
import { echoStations } from './stations.ts'

/**
 * The path to an address of a logical router ends in OVN itself, on the node it began on: its port on the switch answers
 * (ovn-nb(5), Logical_Router_Port). Only where the switch leads to no physical network, for there the address may belong
 * to a machine outside, and the router's answer be the mistake.
 */
export async function asRouted(
  lab: Lab,
  route: Route,
  traffic: Traffic,
  { token, received }: PingSeen,
): Promise<Route> {
  const [plug] = route.posts
  if (route.to || received === 0 || !plug) return route
  const ports = await unlessBlind(onSwitchOf(lab, route))
  if (!ports || ports.some(({ type }) => type === 'localnet')) return route
  const router = await routerWith(lab, ports, route.address)
  const answers = echoStations({ ...route, posts: [plug] }, traffic, token)
    .filter(({ direction }) => direction === 'reply')
    .flatMap(({ heard }) => heard.frames)
  const isRouters =
    answers.length > 0 && answers.every(({ sourceMac }) => sourceMac === router?.mac.toLowerCase())
  return isRouters ? { ...route, posts: [plug] } : route
}

/** A path that `asRouted` has found to end in OVN: there is no place but its plug. */
export const endsInOvn = ({ to, posts }: Route): boolean => !to && posts.length === 1
