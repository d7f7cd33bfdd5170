import { isInPrefix } from '../../harness/core/prefix.ts'
import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { toldByDhcp } from '../diagnosis/told-by-dhcp.ts'
import { andThen } from '../nouns/phrases.ts'
import { echoHeadsBytes, USUAL_BYTES, type Wanted } from '../nouns/wanted.ts'
import type { End } from '../route/hop.ts'

/** A link that is too narrow has the MTU that OVN told it by DHCP: then it is the row that says so (RFC 2132, section 5.1). */
export async function toldMtu(
  lab: Lab,
  { node, netns, device, logicalPort }: End,
  found: BrokenLink | undefined,
): Promise<BrokenLink | undefined> {
  const northbound = found && netns !== undefined ? await unlessBlind(lab.northbound()) : undefined
  const uuid = northbound?.ports.find(({ name }) => name === logicalPort)?.dhcpv4_options[0]
  const row = northbound?.dhcpOptions.find(({ _uuid }) => _uuid === uuid)
  if (!found || netns === undefined || row?.options.mtu === undefined) return found
  const link = (await lab.kernel(node)).netns[netns]?.find(({ name }) => name === device)
  return Number(row.options.mtu) === link?.mtu ? toldByDhcp(found, row) : found
}

/**
 * A router advertises so large an MTU that packets of this size are sent at all. A host passes over one that its own link has no
 * room for, but those with more room take it, and send what this link does not take (RFC 4861, section 6.3.4).
 */
export async function advertisedMtu(
  lab: Lab,
  { source, bytes = USUAL_BYTES }: Wanted,
  found: BrokenLink,
): Promise<BrokenLink> {
  if (found.cause !== 'mtu' || !source.includes(':')) return found
  const northbound = await unlessBlind(lab.northbound())
  const port = northbound?.routerPorts.find(
    ({ networks, ipv6_ra_configs: configs = {} }) =>
      Number(configs.mtu) >= bytes + echoHeadsBytes(source) &&
      networks.some(network => isInPrefix(source, network)),
  )
  if (!port) return found
  return {
    ...found,
    saw: andThen(
      found.saw,
      text(
        `OVN advertises an MTU of ${port.ipv6_ra_configs.mtu} there (ipv6_ra_configs:mtu of ${port.name}), which hosts take whose links have room for it`,
        `OVN 在那裡通告的 MTU 是 ${port.ipv6_ra_configs.mtu}（${port.name} 的 ipv6_ra_configs:mtu），介面容得下的主機就會採用`,
      ),
    ),
  }
}
