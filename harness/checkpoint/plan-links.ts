import { isMac } from '../core/mac.ts'
import { linksOfOvs } from './plan-ovs.ts'
import { commandOf, ipIn } from './shell-words.ts'
import type { Network, NodeState, SavedAddress, SavedLink } from './state.ts'

/** A link with the namespace it is in; the node itself is ''. */
interface Placed {
  netns: string
  link: SavedLink
}

/** The lifetime of an address that does not end (ip-address(8)). */
const FOR_EVER = 4_294_967_295
/** Kinds of links that can be made again. */
const KINDS = ['veth', 'bridge', 'dummy', 'vlan']

export const networksOf = ({ network, namespaces }: NodeState): [string, Network][] => [
  ['', network],
  ...Object.entries(namespaces),
]

const kindOf = ({ linkinfo }: SavedLink) => linkinfo?.info_kind ?? ''

/** The links that the machine has from birth. */
const givenLinks = ({ node }: NodeState): string[] =>
  ['lo', node.MANAGEMENT_LINK, node.UNDERLAY_LINK, ...(node.PHYSICAL_LINKS ?? '').split(' ')].filter(
    name => name !== undefined && name !== '',
  ) as string[]

/** Links that somebody made, and that are neither the machine's nor those of Open vSwitch. */
function madeLinks(state: NodeState): Placed[] {
  const [given, ofOvs] = [givenLinks(state), linksOfOvs(state)]
  return networksOf(state).flatMap(([netns, { links }]) =>
    links
      .filter(
        ({ ifname }) => ifname !== 'lo' && !(netns === '' && (given.includes(ifname) || ofOvs.has(ifname))),
      )
      .map(link => ({ netns, link })),
  )
}

/** The other end of a veth pair: each has the number of the other; where several have, the namespace decides. */
function peerOf({ netns, link }: Placed, all: Placed[]): Placed | undefined {
  // In one namespace, each has the name of the other.
  const beside = all.find(
    other => other.netns === netns && other.link.ifname === link.link && other.link.link === link.ifname,
  )
  if (beside) return beside
  const mutual = all.filter(
    other =>
      kindOf(other.link) === 'veth' &&
      other.link.ifindex === link.link_index &&
      other.link.link_index === link.ifindex &&
      !(other.netns === netns && other.link.ifname === link.ifname),
  )
  return (
    mutual.find(other => other.netns === link.link_netns) ??
    mutual.find(other => other.link.link_netns === netns) ??
    (mutual.length === 1 ? mutual[0] : undefined)
  )
}

/** Links that cannot be made again, as `NS: NAME (kind)`. */
export const linksLost = (state: NodeState): string[] => {
  const made = madeLinks(state)
  return (
    made
      .filter(one => !KINDS.includes(kindOf(one.link)) || (kindOf(one.link) === 'veth' && !peerOf(one, made)))
      // Those that the kernel makes in each namespace by itself (ip-link(8)).
      .filter(
        ({ link }) =>
          !/^(tunl0|sit0|gre0|gretap0|erspan0|ip_vti0|ip6_vti0|ip6tnl0|ip6gre0)$/.test(link.ifname),
      )
      .map(({ netns, link }) => `${netns && `${netns}: `}${link.ifname} (${kindOf(link) || 'link'})`)
  )
}

/** Commands that remove what was not there, and make the namespaces and links that were. */
export function planLinks(saved: NodeState, now: NodeState): string[] {
  const [wanted, there] = [madeLinks(saved), madeLinks(now)]
  const has = (all: Placed[], { netns, link }: Placed) =>
    all.some(
      other =>
        other.netns === netns && other.link.ifname === link.ifname && kindOf(other.link) === kindOf(link),
    )
  const namespaces = Object.keys(saved.namespaces)
    .filter(name => !(name in now.namespaces))
    .map(name => commandOf('ip', 'netns', 'add', name))
  const surplus = Object.keys(now.namespaces)
    .filter(name => !(name in saved.namespaces))
    .map(name => commandOf('ip', 'netns', 'del', name))
  const removed = there
    .filter(
      one =>
        KINDS.includes(kindOf(one.link)) && !has(wanted, one) && one.netns in { '': 1, ...saved.namespaces },
    )
    .map(({ netns, link }) => ipIn(netns, 'link', 'del', 'dev', link.ifname))
  const missing = wanted.filter(one => KINDS.includes(kindOf(one.link)) && !has(there, one))
  const done = new Set<Placed>()
  const made = missing.flatMap(one => {
    const { netns, link } = one
    if (done.has(one)) return []
    if (kindOf(link) === 'veth') {
      const peer = peerOf(one, wanted)
      if (!peer) return []
      const same = missing.find(other => other.netns === peer.netns && other.link === peer.link)
      if (same) done.add(same)
      // From the node itself where one end is there: from inside a namespace it has no name.
      const [near, far] = netns === '' || peer.netns !== '' ? [one, peer] : [peer, one]
      const into = far.netns !== near.netns && far.netns !== '' ? ['netns', far.netns] : []
      return [
        ipIn(
          near.netns,
          'link',
          'add',
          'name',
          near.link.ifname,
          'type',
          'veth',
          'peer',
          'name',
          far.link.ifname,
          ...into,
        ),
      ]
    }
    const data = link.linkinfo?.info_data ?? {}
    if (kindOf(link) === 'vlan')
      return [
        ipIn(
          netns,
          'link',
          'add',
          'link',
          link.link,
          'name',
          link.ifname,
          'type',
          'vlan',
          'id',
          Number(data.id),
        ),
      ]
    // Not every kernel knows the setting: it is given where it is not the usual one.
    const bridge = ['stp_state', 'vlan_filtering'].flatMap(key => (data[key] ? [key, Number(data[key])] : []))
    return [ipIn(netns, 'link', 'add', 'name', link.ifname, 'type', kindOf(link), ...bridge)]
  })
  return [...surplus, ...removed, ...namespaces, ...made]
}

/** Commands that give each link what it had: MAC address, MTU, Linux bridge, addresses, and whether it is up. */
export function planAttributes(saved: NodeState, now: NodeState): string[] {
  const management = saved.node.MANAGEMENT_LINK
  return networksOf(saved).flatMap(([netns, network]) => {
    const before = netns === '' ? now.network : now.namespaces[netns]
    return network.links.flatMap(link => {
      const { ifname: name } = link
      if (netns === '' && (name === management || name === 'ovs-system' || name === 'ovs-netdev')) return []
      const was = before?.links.find(one => one.ifname === name)
      // It is made by now, or will be told as lost; what it has then is seen the next time.
      if (!was) return []
      const set = (...words: (string | number)[]) => ipIn(netns, 'link', 'set', 'dev', name, ...words)
      const isUp = (one: SavedLink) => one.flags.includes('UP')
      const [up, wasUp] = [isUp(link), isUp(was)]
      const hasMac = link.address !== undefined && isMac(link.address)
      // Open vSwitch chooses MAC address and MTU of its own links, unless its database says them.
      const isOfOvs = netns === '' && linksOfOvs(saved).has(name)
      const keepsMac = name !== 'lo' && hasMac && link.address !== was.address && !isOfOvs
      return [
        ...(keepsMac ? [set('address', link.address!)] : []),
        ...(link.mtu !== was.mtu && name !== 'lo' && !isOfOvs ? [set('mtu', link.mtu)] : []),
        ...(link.master !== was.master && link.master !== 'ovs-system' && was.master !== 'ovs-system'
          ? [link.master === undefined ? set('nomaster') : set('master', link.master)]
          : []),
        ...(up !== wasUp ? [set(up ? 'up' : 'down')] : []),
        ...addressLines(netns, name, network, before!),
      ]
    })
  })
}

function addressLines(netns: string, name: string, network: Network, before: Network): string[] {
  const of = ({ addresses }: Network) =>
    new Map(
      (addresses.find(({ ifname }) => ifname === name)?.addr_info ?? [])
        // Those of a link, and of the loopback, the kernel makes by itself.
        .filter(({ scope, family }) => family.startsWith('inet') && scope === 'global')
        .map(one => [`${one.local}/${one.prefixlen}`, one]),
    )
  const [wanted, there] = [of(network), of(before)]
  const lifetime = ({
    valid_life_time: valid = FOR_EVER,
    preferred_life_time: preferred = FOR_EVER,
  }: SavedAddress) => (valid < FOR_EVER ? ['valid_lft', valid, 'preferred_lft', preferred] : [])
  return [
    ...[...there.keys()]
      .filter(one => !wanted.has(one))
      .map(one => ipIn(netns, 'address', 'del', one, 'dev', name)),
    ...[...wanted]
      .filter(([one]) => !there.has(one))
      .map(([one, about]) => ipIn(netns, 'address', 'add', one, 'dev', name, ...lifetime(about))),
  ]
}
