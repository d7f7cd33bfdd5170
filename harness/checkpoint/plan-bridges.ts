import { networksOf } from './plan-links.ts'
import { ipIn, quote } from './shell-words.ts'
import type { Network, NodeState, SavedLink, SavedVlans } from './state.ts'

/** Settings of a Linux bridge that people give it, by the names that ip takes and tells (ip-link(8), type bridge). */
const OF_BRIDGE = [
  ...['stp_state', 'priority', 'ageing_time', 'forward_delay', 'group_fwd_mask', 'mcast_snooping'],
  ...['vlan_protocol', 'vlan_default_pvid', 'vlan_filtering'],
]
/** The same of its ports (bridge_slave): what is on or off. */
const OF_PORT = [
  ...['hairpin', 'guard', 'root_block', 'fastleave', 'learning', 'flood', 'mcast_flood', 'bcast_flood'],
  ...['isolated', 'locked', 'neigh_suppress', 'vlan_tunnel', 'proxy_arp', 'proxy_arp_wifi'],
]

/** Commands that give Linux bridges and their ports the settings and VLANs they had; of links that are there. */
export const planBridges = (saved: NodeState, now: NodeState): string[] =>
  networksOf(saved).flatMap(([netns, network]) => {
    const before = netns === '' ? now.network : now.namespaces[netns]
    if (!before) return []
    return [
      ...network.links.flatMap(link => settingsOf(netns, link, before)),
      ...vlansOf(netns, network, before),
    ]
  })

const isBridge = ({ linkinfo }: SavedLink) => linkinfo?.info_kind === 'bridge'
const inBridge = ({ linkinfo }: SavedLink) => linkinfo?.info_slave_kind === 'bridge'

function settingsOf(netns: string, link: SavedLink, { links }: Network): string[] {
  const was = links.find(({ ifname }) => ifname === link.ifname)
  if (!was) return []
  const differ = (
    keys: string[],
    wanted: Record<string, unknown> = {},
    there: Record<string, unknown> = {},
  ) => keys.filter(key => wanted[key] !== undefined && there[key] !== undefined && wanted[key] !== there[key])
  const [data, slave] = [link.linkinfo?.info_data, link.linkinfo?.info_slave_data]
  const set = (type: string, key: string, value: string) =>
    ipIn(netns, 'link', 'set', 'dev', link.ifname, 'type', type, key, value)
  return [
    ...(isBridge(link) && isBridge(was)
      ? differ(OF_BRIDGE, data, was.linkinfo?.info_data).map(key => set('bridge', key, String(data![key])))
      : []),
    ...(inBridge(link) && inBridge(was)
      ? differ(OF_PORT, slave, was.linkinfo?.info_slave_data).map(key =>
          set('bridge_slave', key, slave![key] === true ? 'on' : 'off'),
        )
      : []),
  ]
}

/** A range of VLANs with the same flags is one word each (bridge(8)). */
function vlansOf(netns: string, { vlans = [], links }: Network, before: Network): string[] {
  const isThere = (name: string) => before.links.some(({ ifname }) => ifname === name)
  const wordsOf = ({ vlan, vlanEnd, flags = [] }: SavedVlans['vlans'][number]) =>
    [
      `vid ${vlanEnd === undefined ? vlan : `${vlan}-${vlanEnd}`}`,
      flags.includes('PVID') && 'pvid',
      flags.includes('Egress Untagged') && 'untagged',
    ]
      .filter(Boolean)
      .join(' ')
  const bridge = netns === '' ? 'bridge' : `bridge -n ${quote(netns)}`
  const names = [...new Set([...vlans, ...(before.vlans ?? [])].map(({ ifname }) => ifname))]
  return names.filter(isThere).flatMap(name => {
    const own = links.find(({ ifname }) => ifname === name)
    if (!own || !(isBridge(own) || inBridge(own))) return []
    const of = (all: SavedVlans[] = []) => all.find(({ ifname }) => ifname === name)?.vlans.map(wordsOf) ?? []
    const [wanted, there] = [of(vlans), of(before.vlans)]
    const self = isBridge(own) ? ' self' : ''
    const line = (verb: string, words: string) => `${bridge} vlan ${verb} dev ${quote(name)} ${words}${self}`
    const vidOf = (words: string) => words.split(' ').slice(0, 2).join(' ')
    return [
      ...there.filter(one => !wanted.includes(one)).map(one => line('del', vidOf(one))),
      ...wanted.filter(one => !there.includes(one)).map(one => line('add', one)),
    ]
  })
}
