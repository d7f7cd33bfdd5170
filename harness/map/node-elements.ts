import { joined, same, type Text, text } from '../core/text.ts'
import type { KernelFacts, Link } from '../look/evidence.ts'
import { chassisSetting, type Plug, plugs } from '../look/integration-bridge.ts'
import { isInternalPort } from '../look/internal-port.ts'
import type { OvsDatabase } from '../look/lab.ts'
import { arePair } from '../look/veth.ts'
import type { Topology } from '../topology/topology.ts'
import { bridgeElements, bridgeId } from './bridge-elements.ts'
import type { Facts, NodeFacts } from './facts.ts'
import { linkKey } from './keys.ts'
import { linkDetail, offOfLink, plugFacts, plugRows } from './link-details.ts'
import { lowerEdges, pairEdges, type Standing } from './link-edges.ts'
import { type Drawn, freeId, type MapEdge, type MapElement, rowDetail } from './model.ts'
import {
  looseInterfaces,
  loosePlugs,
  type Namespace,
  namespacesOf,
  physicalLinks,
  roleOf,
} from './node-links.ts'
import { NO_LINK } from './words.ts'

const EMPTY_OVS: OvsDatabase = {
  openVSwitch: { _uuid: '', external_ids: {}, other_config: {} } as never,
  bridges: [],
  ports: [],
  interfaces: [],
  mirrors: [],
  flowTables: [],
}

/** Everything of one node: its namespaces, links and bridges, and what joins them. */
export function nodeElements(facts: NodeFacts, all: Facts, topology?: Topology): Drawn {
  const { name: node, kernel = { links: [], netns: {}, daemons: [] }, ovs = EMPTY_OVS } = facts
  const drawn: Drawn = { elements: [nodeElement(facts, topology)], edges: [] }
  const inBridges = plugs(ovs)
  const standing: Standing[] = []
  const add = (element: MapElement): string => {
    const id = freeId(drawn.elements, element.id)
    drawn.elements.push({ ...element, id })
    return id
  }
  const edge = (kind: MapEdge['kind'], from: string, to: string, rows: string[], off?: Text) =>
    drawn.edges.push({
      ...{ id: freeId(drawn.edges, `${kind}:${from}>${to}`), kind, from, to, rows },
      ...(off && { off }),
    })

  const bridges = bridgeElements(facts, all, topology)
  drawn.elements.push(...bridges.elements)
  drawn.edges.push(...bridges.edges)

  /** Into the bridge that holds it, Open vSwitch's or Linux's. */
  const plugIn = (own: string, link: Link | undefined, plug: Plug | undefined) => {
    const rows = plugRows(node, link, plug).flatMap(({ key }) => key ?? [])
    const bridge = plug ? bridgeId(facts, plug.bridge.name, topology) : undefined
    const isInLinux = kernel.links.some(({ name, kind }) => name === link?.master && kind === 'bridge')
    if (bridge !== undefined) edge('plugged', own, bridge, rows)
    else if (isInLinux) edge('plugged', own, `linux-bridge:${node}/${link!.master}`, rows)
  }
  const plugged = new Set<string>()
  const plugElement = (id: string, link: Link | undefined, plug: Plug | undefined, among?: KernelFacts) => {
    const name = plug?.iface.name ?? link?.name ?? ''
    plugged.add(name)
    const off = offOfPlug(link, plug, among)
    const own = add({
      ...{ id, kind: 'plug', name, node, facts: plugFacts(link, plug) },
      ...(off && { off }),
      details: plugRows(node, link, plug),
    })
    if (link) standing.push({ id: own, netns: '', link })
    plugIn(own, link, plug)
    return own
  }

  for (const namespace of namespacesOf(kernel)) {
    const key = namespace.unnamed === undefined ? namespace.name : `(${namespace.unnamed})`
    const own = add(namespaceElement(node, key, namespace))
    const inner = namespace.links.filter(({ name }) => name !== 'lo')
    let isFirst = true
    for (const link of inner) {
      const outer = kernel.links.find(one => arePair(one, link) && one.peerNetnsId !== undefined)
      const plug = inBridges.find(({ iface }) =>
        outer ? iface.name === outer.name : isInternalPort(iface, link, kernel, all.northbound?.ports ?? []),
      )
      if (!outer && !plug) {
        standing.push({ id: own, netns: key, link })
        continue
      }
      const id = plugElement(`outer:${node}/${key}${isFirst ? '' : `/${link.name}`}`, outer, plug)
      const rows = [
        linkKey(node, key, link.name),
        ...plugRows(node, outer, plug).flatMap(one => one.key ?? []),
      ]
      edge('veth', own, id, rows, offOfLink(link))
      isFirst = false
    }
  }
  for (const link of loosePlugs(kernel, ovs))
    if (!plugged.has(link.name))
      plugElement(
        `link:${node}/${link.name}`,
        link,
        inBridges.find(({ iface }) => iface.name === link.name),
      )

  const physical = physicalLinks(kernel, ovs)
  for (const link of physical) {
    const plug = inBridges.find(({ iface }) => iface.name === link.name)
    const off = offOfPlug(link, plug)
    const own = add({
      ...{ id: `physical:${node}/${link.name}`, kind: 'physical', name: link.name, node },
      type: roleOf(facts, link.name, topology),
      facts: [...addressFacts(link), ...plugFacts(link, plug)],
      ...(off && { off }),
      details: plugRows(node, link, plug),
    })
    standing.push({ id: own, netns: '', link })
    plugIn(own, link, plug)
  }
  for (const plug of looseInterfaces(ovs))
    if (!plugged.has(plug.iface.name) && !physical.some(({ name }) => name === plug.iface.name))
      plugElement(
        `link:${node}/${plug.iface.name}`,
        kernel.links.find(({ name }) => name === plug.iface.name),
        plug,
        facts.kernel,
      )
  for (const link of kernel.links) {
    const own = bridges.elements.find(({ name, kind }) => name === link.name && kind.endsWith('bridge'))
    if (own) standing.push({ id: own.id, netns: '', link })
  }
  for (const one of [...pairEdges(node, standing), ...lowerEdges(node, standing)])
    edge(one.kind, one.from, one.to, one.rows, one.off)
  return drawn
}

/** Types of interfaces that are links of the kernel (ovs-vswitchd.conf.db(5)). */
const OF_KERNEL = ['', 'system', 'internal', 'tap']

/** What ovs-vswitchd could not make is worth more than what the kernel says of it. */
function offOfPlug(link: Link | undefined, plug: Plug | undefined, among?: KernelFacts): Text | undefined {
  const [error] = plug?.iface.error ?? []
  if (error !== undefined) return same(error)
  if (among && !link && OF_KERNEL.includes(plug?.iface.type ?? '')) return NO_LINK
  return link && offOfLink(link)
}

const addressFacts = ({ addresses }: Link): Text[] =>
  addresses
    .filter(({ address }) => !address.startsWith('fe80:'))
    .map(({ address, prefixLength }) => same(`${address}/${prefixLength}`))

function namespaceElement(node: string, key: string, { name, links, unnamed }: Namespace): MapElement {
  const inner = links.filter(link => link.name !== 'lo')
  return {
    id: `netns:${node}/${key}`,
    kind: 'namespace',
    name: unnamed === undefined ? name : `(${unnamed})`,
    node,
    facts: inner.flatMap(link => {
      const has = addressFacts(link)
      const off = offOfLink(link)
      const own = off ? joined([link.name, off], same(' ')) : same(link.name)
      return [own, ...(has.length > 0 ? has : [text('no address', '沒有位址')])]
    }),
    details: links.map(link =>
      linkDetail(`${node} · netns ${name || key}`, link, linkKey(node, key, link.name)),
    ),
  }
}

/** Without ovs-vswitchd bridges are rows of a database; without ovn-controller nothing of OVN reaches them, without ovn-northd, it. */
function daemonsMissed({ name, kernel, ovs }: NodeFacts, topology: Topology | undefined): string[] {
  if (!kernel) return []
  if (!ovs)
    return topology ? ['ovsdb-server', 'ovs-vswitchd'].filter(daemon => !kernel.daemons.includes(daemon)) : []
  const isChassis = chassisSetting(ovs, 'ovn-remote') !== undefined
  const wanted = [
    ...(isChassis ? ['ovn-controller'] : []),
    ...(topology?.central === name ? ['ovn-northd'] : []),
    'ovs-vswitchd',
  ]
  return wanted.filter(daemon => !kernel.daemons.includes(daemon))
}

function nodeElement(facts: NodeFacts, topology: Topology | undefined): MapElement {
  const { name, kernel, ovs } = facts
  const paused = kernel?.paused ?? []
  const missed = [
    ...daemonsMissed(facts, topology).map(daemon => text(`${daemon} does not run`, `${daemon} 沒有執行`)),
    ...(kernel?.daemons ?? [])
      .filter(daemon => paused.includes(daemon))
      .map(daemon => text(`${daemon} (paused)`, `${daemon}（暫停）`)),
  ]
  return {
    ...{ id: `node:${name}`, kind: 'node', name, node: name },
    facts: (kernel?.daemons ?? []).filter(daemon => !paused.includes(daemon)).map(same),
    ...(missed.length > 0 && { off: joined(missed, text(', ', '、')) }),
    details: ovs ? [rowDetail('Open_vSwitch · Open_vSwitch', ovs.openVSwitch)] : [],
  }
}
