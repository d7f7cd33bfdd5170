import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { Wanted } from '../nouns/wanted.ts'
import { linksIn } from '../route/end.ts'
import type { End } from '../route/hop.ts'
import { waysOf } from './led-off.ts'

/**
 * The MAC addresses, beside its receiver's own, to which an end may send what is for that receiver: those that it has written down for the
 * receiver or for a next hop on the way there, and those of routers of OVN, and of links of its node, that are such a next hop and would
 * tell theirs when asked.
 */
export async function macsSentTo(
  lab: Lab,
  end: End,
  { source, destination }: Pick<Wanted, 'source' | 'destination'>,
): Promise<string[]> {
  const [facts, told, northbound] = await Promise.all([
    lab.kernel(end.node),
    unlessBlind(lab.arp(end.node, end.netns)),
    unlessBlind(lab.northbound()),
  ])
  const { routes } = await waysOf(lab, facts, end, { source, destination })
  const hops = routes.flatMap(({ device, gateway }) => (device === end.device && gateway ? [gateway] : []))
  const known = (told?.neighbours ?? []).flatMap(({ address, device, mac }) =>
    mac && device === end.device && [destination, ...hops].includes(address) ? [mac] : [],
  )
  const routers = (northbound?.routerPorts ?? []).filter(({ networks }) =>
    networks.some(network => hops.includes(network.split('/')[0]!)),
  )
  const machines = linksIn(end.node, facts).flatMap(({ link }) =>
    link.addresses.some(({ address }) => hops.includes(address)) ? [link.mac] : [],
  )
  return [...new Set([...known, ...routers.map(({ mac }) => mac), ...machines].map(mac => mac.toLowerCase()))]
}
