/** A link as `ip -d -j link` tells it (ip-link(8)), as far as we use it. */
export interface SavedLink {
  ifindex: number
  ifname: string
  link_index?: number
  link?: string
  link_netns?: string
  flags: string[]
  mtu: number
  master?: string
  address?: string
  linkinfo?: {
    info_kind?: string
    info_data?: Record<string, unknown>
    info_slave_kind?: string
    info_slave_data?: Record<string, unknown>
  }
}

export interface SavedAddress {
  family: string
  local: string
  prefixlen: number
  scope: string
  valid_life_time?: number
  preferred_life_time?: number
}

export interface SavedRoute {
  type?: string
  dst: string
  gateway?: string
  via?: { host: string }
  dev?: string
  table?: string
  protocol?: string
  metric?: number
  prefsrc?: string
  flags?: string[]
}

/** The VLANs of a port of a Linux bridge, or of the bridge itself, as `bridge -j vlan show` tells them (bridge(8)). */
export interface SavedVlans {
  ifname: string
  vlans: { vlan: number; vlanEnd?: number; flags?: string[] }[]
}

/** What the kernel has in one namespace, or in the node itself. */
export interface Network {
  links: SavedLink[]
  addresses: { ifname: string; addr_info: SavedAddress[] }[]
  routes: SavedRoute[]
  routes6: SavedRoute[]
  rules: unknown[]
  neighbours: { dst: string; dev: string; lladdr?: string }[]
  /** Parameters of the kernel, a line each. */
  settings: string[]
  /** The rules of nftables, as nft reads them. */
  filters: string
  queues: { kind: string; dev: string }[]
  /** Absent in older checkpoints. */
  vlans?: SavedVlans[]
}

/** One table of OVSDB as `ovsdb-client -f json dump` prints it: values are those of RFC 7047. */
export interface SavedTable {
  caption: string
  headings: string[]
  data: unknown[][]
}

/** All that is kept of a node. Plain data. */
export interface NodeState {
  /** The settings that our scripts gave it; empty on a machine they did not set up. */
  node: Record<string, string>
  ovs: SavedTable[]
  /** Flows of bridges other than br-int, which is OVN's. */
  flows: Record<string, string>
  /** Flows that somebody put into br-int, beside OVN's; absent in older checkpoints. */
  flowsByHand?: string[]
  network: Network
  namespaces: Record<string, Network>
  /** Names of programs that run in a namespace: they cannot be kept. */
  programs: Record<string, string[]>
  /** The files in /etc/netns: a gzipped tar archive in base64. */
  netnsFiles: string
  /** Daemons of OVN that were stopped. */
  stopped: string[]
  /** The northbound database as `ovsdb-client backup` writes it, on the node that has it. */
  northbound?: string
}

/** The name of the node itself, among its networks. */
const NODE = ''
const LISTS = ['links', 'addresses', 'routes', 'routes6', 'rules', 'neighbours', 'queues', 'vlans'] as const

/** Takes the script's output apart; throws SyntaxError when it is not whole. */
export function nodeStateFrom(output: string, mark: string): NodeState {
  const parts = output.split(`${mark} `).slice(1)
  if (parts.pop()?.trim() !== 'end') throw new SyntaxError('the output is cut')
  const sections = parts.map(part => {
    const at = part.indexOf('\n')
    const [kind = '', name = ''] = part.slice(0, at).split(' ')
    return { kind, name: Buffer.from(name, 'base64').toString(), body: part.slice(at + 1) }
  })
  const body = (kind: string, name = NODE) =>
    sections.find(one => one.kind === kind && one.name === name)?.body ?? ''
  const named = (kind: string) => sections.filter(one => one.kind === kind && one.name !== NODE)
  const lines = (text: string) => text.split('\n').filter(Boolean)

  const networkOf = (name: string): Network => {
    // ip prints nothing at all where it has nothing to tell.
    const list = (kind: string) => JSON.parse(body(kind, name).trim() || '[]') as never
    const lists = Object.fromEntries(LISTS.map(kind => [kind, list(kind)] as const)) as unknown as Pick<
      Network,
      (typeof LISTS)[number]
    >
    return { ...lists, settings: lines(body('settings', name)), filters: body('filters', name) }
  }
  const settings = lines(body('node')).map(line => /^(\w+)='?(.*?)'?$/.exec(line))
  const northbound = body('northbound')
  return {
    node: Object.fromEntries(settings.flatMap(found => (found ? [[found[1]!, found[2]!]] : []))),
    ovs: lines(body('ovs')).map(line => JSON.parse(line) as SavedTable),
    flows: Object.fromEntries(named('flows').map(one => [one.name, one.body])),
    flowsByHand: flowsByHand(body('integration')),
    network: networkOf(NODE),
    namespaces: Object.fromEntries(named('links').map(({ name }) => [name, networkOf(name)])),
    programs: Object.fromEntries(named('programs').map(one => [one.name, lines(one.body)])),
    netnsFiles: body('netns-files').trim(),
    stopped: lines(body('stopped')),
    ...(northbound && { northbound }),
  }
}

/** Of OVN's cookies, the first 32 bits of random UUIDs, one in a million is as small as those that people choose. */
const COOKIE_CHOSEN_MAX = 0xfff

/**
 * The flows of br-int that are not OVN's: with a cookie that somebody chose, or in table 0 without one. There OVN has none
 * but the last, and those that read what a tunnel's packet bears (ovn-architecture(7), physical.c).
 */
function flowsByHand(dumped: string): string[] {
  return dumped
    .split('\n')
    .map(line => line.trim())
    .filter(line => line.includes('actions='))
    .filter(line => {
      const cookie = Number(/\bcookie=(0x[0-9a-f]+)/.exec(line)?.[1] ?? 0)
      if (cookie > 0) return cookie <= COOKIE_CHOSEN_MAX
      const isOvns = /NXM_NX_TUN_|OXM_OF_METADATA/.test(line) || /^priority=0 actions=drop$/.test(line)
      return !/\btable=[1-9]/.test(line) && !isOvns
    })
}

/** Whether plain data is all that is kept of a node; what each row says is not looked into. */
export function isNodeState(data: unknown): data is NodeState {
  const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
  const isNetwork = (value: unknown) =>
    isObject(value) &&
    [...LISTS.filter(list => list !== 'vlans'), 'settings'].every(list => Array.isArray(value[list])) &&
    typeof value.filters === 'string'
  return (
    isObject(data) &&
    [data.node, data.flows, data.namespaces, data.programs].every(isObject) &&
    [data.ovs, data.stopped].every(Array.isArray) &&
    typeof data.netnsFiles === 'string' &&
    [data.network, ...Object.values(data.namespaces as object)].every(isNetwork)
  )
}
