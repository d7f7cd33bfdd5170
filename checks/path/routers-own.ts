import type { PingSeen, Traffic } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
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
  const northbound = await unlessBlind(lab.northbound())
  const own = northbound?.switches.find(({ ports }) =>
    northbound.ports.some(({ _uuid, name }) => name === route.from.logicalPort && ports.includes(_uuid)),
  )
  const ports = northbound?.ports.filter(({ _uuid }) => own?.ports.includes(_uuid)) ?? []
  if (ports.some(({ type }) => type === 'localnet')) return route
  const joined = ports.map(({ options }) => options['router-port'])
  const router = northbound?.routerPorts.find(
    ({ name, networks }) =>
      joined.includes(name) && networks.some(network => network.split('/')[0] === route.address),
  )
  const replies = echoStations({ ...route, posts: [plug] }, traffic, token).filter(
    ({ direction }) => direction === 'reply',
  )
  const isRouters = replies.every(({ heard }) =>
    heard.frames.every(({ sourceMac }) => sourceMac === router?.mac.toLowerCase()),
  )
  return router && isRouters ? { ...route, posts: [plug] } : route
}
