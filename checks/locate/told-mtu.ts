import { isInInet6Prefix } from '../../harness/core/inet6.ts'
import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { andThen } from '../nouns/phrases.ts'
import type { End } from '../route/hop.ts'

/** What OVN told of the MTU of a link that is too narrow. */
export async function toldMtu(
  lab: Lab,
  end: End,
  found: BrokenLink | undefined,
): Promise<BrokenLink | undefined> {
  if (!found || end.netns === undefined) return found
  return end.address.includes(':') ? advertised(lab, end, found) : leased(lab, end, found)
}

/**
 * A router advertises a larger MTU than the link has room for. Its host passes over that, but one whose own link has more room
 * takes it, and sends larger packets than this one receives (RFC 4861, section 6.3.4).
 */
async function advertised(
  lab: Lab,
  { node, netns, device, address }: End,
  found: BrokenLink,
): Promise<BrokenLink> {
  const [northbound, facts] = await Promise.all([unlessBlind(lab.northbound()), lab.kernel(node)])
  const { mtu = 0 } = facts.netns[netns ?? '']?.find(({ name }) => name === device) ?? {}
  const port = northbound?.routerPorts.find(
    ({ networks, ipv6_ra_configs: configs = {} }) =>
      Number(configs.mtu) > mtu && networks.some(network => isInInet6Prefix(address, network)),
  )
  if (!port) return found
  return {
    ...found,
    saw: andThen(
      found.saw,
      text(
        `OVN advertises an MTU of ${port.ipv6_ra_configs.mtu} there (ipv6_ra_configs:mtu of ${port.name}), which only hosts whose links have room for it take`,
        `OVN 在那裡通告的 MTU 是 ${port.ipv6_ra_configs.mtu}（${port.name} 的 ipv6_ra_configs:mtu），只有介面容得下的主機才會採用`,
      ),
    ),
  }
}

/** The link has the MTU that OVN told it by DHCP: then it is the row that says so (RFC 2132, section 5.1). */
async function leased(
  lab: Lab,
  { node, netns = '', device, logicalPort }: End,
  found: BrokenLink,
): Promise<BrokenLink> {
  const northbound = await unlessBlind(lab.northbound())
  const uuid = northbound?.ports.find(({ name }) => name === logicalPort)?.dhcpv4_options[0]
  const row = northbound?.dhcpOptions.find(({ _uuid }) => _uuid === uuid)
  if (row?.options.mtu === undefined) return found
  const { cause: _, ...narrow } = found
  const link = (await lab.kernel(node)).netns[netns]?.find(({ name }) => name === device)
  if (Number(row.options.mtu) !== link?.mtu) return found
  return {
    ...narrow,
    where: 'OVN_Northbound · DHCP_Options · options:mtu',
    saw: andThen(
      found.saw,
      text(
        `OVN told it so by DHCP: mtu in options of ${row.cidr} is ${row.options.mtu}`,
        `這是 OVN 用 DHCP 告訴它的：${row.cidr} 的 options 裡，mtu 是 ${row.options.mtu}`,
      ),
    ),
    tryThis: 'sudo ovn-nbctl list DHCP_Options',
  }
}
