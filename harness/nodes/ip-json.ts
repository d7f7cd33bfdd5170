import type { Link, LinkAddress } from '../look/evidence.ts'

/** What of `ip -d -j address show` we read; anything may be missing, releases differ. */
interface IpLink {
  ifname?: unknown
  ifindex?: unknown
  address?: unknown
  flags?: unknown
  mtu?: unknown
  qdisc?: unknown
  promiscuity?: unknown
  master?: unknown
  link?: unknown
  link_index?: unknown
  link_netnsid?: unknown
  linkinfo?: {
    info_kind?: unknown
    info_data?: { id?: unknown; mode?: unknown; stp_state?: unknown; vlan_filtering?: unknown }
    info_slave_kind?: unknown
    info_slave_data?: Record<string, unknown>
  }
  addr_info?: unknown
}
interface IpAddress {
  family?: unknown
  local?: unknown
  prefixlen?: unknown
}

/** Of one namespace. */
const LINKS_MAX = 16_384

/** The links in the JSON of `ip -d -j address show` (ip-address(8)); throws SyntaxError for anything else. */
export function linksFrom(json: string): Link[] {
  // Some releases print nothing at all where there is nothing.
  const entries: unknown = json.trim() === '' ? [] : JSON.parse(json)
  if (!Array.isArray(entries)) throw new SyntaxError('not a list')
  if (entries.length > LINKS_MAX) throw new SyntaxError(`${entries.length} links`)
  // iproute2 before 5.0 leaves an empty object for each link it filtered out.
  const found = entries.filter((entry: IpLink | null) => typeof entry?.ifname === 'string') as IpLink[]
  const links = found.map(linkFrom)
  const byName = new Map([...links].reverse().map(link => [link.name, link]))
  found.forEach((entry, at) => {
    const other = otherOf(entry, byName)
    if (other === undefined) return
    if (entry.linkinfo?.info_kind === 'veth') links[at]!.peerIndex = other
    else links[at]!.lowerIndex = other
  })
  return links
}

const wordOf = (value: unknown) => (typeof value === 'string' ? value : '')
const numberOf = (value: unknown) => (typeof value === 'number' ? value : 0)

function linkFrom(entry: IpLink): Link {
  const flags = Array.isArray(entry.flags) ? entry.flags : []
  const kind = wordOf(entry.linkinfo?.info_kind)
  const master = wordOf(entry.master)
  const qdisc = wordOf(entry.qdisc)
  const vlan = kind === 'vlan' ? entry.linkinfo?.info_data?.id : undefined
  return {
    name: wordOf(entry.ifname),
    index: numberOf(entry.ifindex),
    mac: wordOf(entry.address),
    isUp: flags.includes('UP'),
    hasCarrier: flags.includes('LOWER_UP'),
    mtu: numberOf(entry.mtu),
    ...(flags.includes('NOARP') && { hasNoArp: true }),
    ...(qdisc && { qdisc }),
    ...(typeof entry.promiscuity === 'number' && { promiscuity: entry.promiscuity }),
    ...(kind && { kind }),
    ...(master && { master }),
    ...(typeof entry.link_netnsid === 'number' && { peerNetnsId: entry.link_netnsid }),
    ...(typeof vlan === 'number' && { vlan }),
    ...(isPassthru(kind, entry) && { isPassthru: true }),
    ...bridgeFrom(entry),
    addresses: (Array.isArray(entry.addr_info) ? entry.addr_info : []).flatMap(addressFrom),
  }
}

/** A macvlan that takes all that comes in by the link it stands on (ip-link(8), macvlan mode passthru). */
const isPassthru = (kind: string, { linkinfo }: IpLink): boolean =>
  ['macvlan', 'macvtap'].includes(kind) && linkinfo?.info_data?.mode === 'passthru'

/** Settings of a port of a Linux bridge that keep frames back, by the value that does. */
const KEEPING: Record<string, boolean> = {
  isolated: true,
  locked: true,
  vlan_tunnel: true,
  neigh_suppress: true,
  flood: false,
  bcast_flood: false,
  proxy_arp: true,
}

function bridgeFrom({ linkinfo }: IpLink): Pick<Link, 'bridge' | 'bridgePort'> {
  const { info_kind, info_data, info_slave_kind, info_slave_data } = linkinfo ?? {}
  const settings = info_slave_data ?? {}
  const unusual = Object.entries(KEEPING).filter(([name, value]) => settings[name] === value)
  return {
    ...(info_kind === 'bridge' && {
      bridge: {
        hasSpanningTree: numberOf(info_data?.stp_state) > 0,
        filtersVlans: numberOf(info_data?.vlan_filtering) > 0,
      },
    }),
    ...(info_slave_kind === 'bridge' && {
      bridgePort: {
        state: wordOf(settings.state),
        unusual: unusual.map(([name, isOn]) => `${name} ${isOn ? 'on' : 'off'}`),
      },
    }),
  }
}

function addressFrom(entry: IpAddress | null): LinkAddress[] {
  const family = entry?.family
  if ((family !== 'inet' && family !== 'inet6') || typeof entry?.local !== 'string') return []
  return [{ family, address: entry.local, prefixLength: numberOf(entry.prefixlen) }]
}

/**
 * A veth's other end, or what another link stands on: told by number when it is in another namespace, by name when it
 * is in this one.
 */
function otherOf(entry: IpLink, links: ReadonlyMap<string, Link>): number | undefined {
  if (typeof entry.link_index === 'number') return entry.link_index
  const named = typeof entry.link_netnsid !== 'number' && links.get(wordOf(entry.link))
  if (named) return named.index
  const unnamed = /^if(\d+)$/.exec(wordOf(entry.link))
  return unnamed ? Number(unnamed[1]) : undefined
}
