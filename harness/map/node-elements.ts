import { joined, same, type Text, text } from '../core/text.ts'
import type { Link } from '../look/evidence.ts'
import { type Plug, plugs } from '../look/integration-bridge.ts'
import type { OvsDatabase } from '../look/lab.ts'
import { arePair } from '../look/veth.ts'
import type { Topology } from '../topology/topology.ts'
import { bridgeElements, bridgeId } from './bridge-elements.ts'
import type { NodeFacts } from './facts.ts'
import { type Detail, type Drawn, freeId, type MapEdge, type MapElement, rowDetail } from './model.ts'
import { loosePlugs, type Namespace, namespacesOf, physicalLinks, roleOf } from './node-links.ts'
import { DOWN } from './words.ts'

const EMPTY_OVS: OvsDatabase = {
  openVSwitch: { _uuid: '', external_ids: {}, other_config: {} } as never,
  bridges: [],
  ports: [],
  interfaces: [],
  mirrors: [],
}

/** Everything of one node: its namespaces, links and bridges, and what joins them. */
export function nodeElements(facts: NodeFacts, all: NodeFacts[], topology?: Topology): Drawn {
  const { name: node, kernel = { links: [], netns: {}, daemons: [] }, ovs = EMPTY_OVS } = facts
  const drawn: Drawn = { elements: [nodeElement(facts)], edges: [] }
  const inBridges = plugs(ovs)
  const add = (element: MapElement): string => {
    const id = freeId(drawn.elements, element.id)
    drawn.elements.push({ ...element, id })
    return id
  }
  const edge = (kind: MapEdge['kind'], from: string, to: string) =>
    drawn.edges.push({ id: freeId(drawn.edges, `${kind}:${from}>${to}`), kind, from, to })

  for (const { elements, edges } of [bridgeElements(facts, all, topology)]) {
    drawn.elements.push(...elements)
    drawn.edges.push(...edges)
  }

  const plugged = new Set<string>()
  const plugElement = (id: string, link: Link | undefined, plug: Plug | undefined) => {
    const name = plug?.iface.name ?? link?.name ?? ''
    plugged.add(name)
    const isFailed = plug?.iface.error.length ? same(plug.iface.error[0]!) : undefined
    const off = isFailed ?? (link && !link.isUp ? DOWN : undefined)
    const own = add({
      id,
      kind: 'plug',
      name,
      node,
      facts:
        plug?.iface.external_ids['iface-id'] === undefined
          ? []
          : [same(`iface-id ${plug.iface.external_ids['iface-id']}`)],
      ...(off && { off }),
      details: [...(link ? [linkDetail(node, link)] : []), ...plugDetails(plug)],
    })
    const bridge = plug ? bridgeId(facts, plug.bridge.name, topology) : undefined
    if (bridge !== undefined) edge('plugged', own, bridge)
    else if (
      link?.master !== undefined &&
      kernel.links.some(({ name: one, kind }) => one === link.master && kind === 'bridge')
    )
      edge('plugged', own, `linux-bridge:${node}/${link.master}`)
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
        outer ? iface.name === outer.name : isInternalOf(iface, link, kernel.links),
      )
      if (!outer && !plug) continue
      edge('veth', own, plugElement(`outer:${node}/${key}${isFirst ? '' : `/${link.name}`}`, outer, plug))
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

  for (const link of physicalLinks(kernel, ovs)) {
    const role = roleOf(facts, link.name, topology)
    const plug = inBridges.find(({ iface }) => iface.name === link.name)
    const own = add({
      id: `physical:${node}/${link.name}`,
      kind: 'physical',
      name: link.name,
      node,
      type: role,
      facts: addressFacts(link),
      ...(!link.isUp && { off: DOWN }),
      details: [linkDetail(node, link), ...plugDetails(plug)],
    })
    const bridge = plug && bridgeId(facts, plug.bridge.name, topology)
    if (bridge !== undefined) edge('plugged', own, bridge)
    else if (kernel.links.some(({ name, kind }) => name === link.master && kind === 'bridge'))
      edge('plugged', own, `linux-bridge:${node}/${link.master}`)
  }
  return drawn
}

/** An internal port of Open vSwitch that was moved into a namespace: the node itself has no link of that name any more. */
const isInternalOf = (iface: Plug['iface'], link: Link, links: Link[]) =>
  iface.type === 'internal' && iface.name === link.name && !links.some(({ name }) => name === link.name)

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
      const own = link.isUp ? same(link.name) : joined([link.name, DOWN], same(' '))
      return [own, ...(has.length > 0 ? has : [text('no address', '沒有位址')])]
    }),
    details: links.map(link => linkDetail(`${node} · netns ${name || key}`, link)),
  }
}

function nodeElement({ name, kernel, ovs }: NodeFacts): MapElement {
  const daemons = kernel?.daemons ?? []
  const paused = kernel?.paused ?? []
  return {
    id: `node:${name}`,
    kind: 'node',
    name,
    node: name,
    facts: [
      ...daemons.map(daemon =>
        paused.includes(daemon) ? text(`${daemon} (paused)`, `${daemon}（暫停）`) : same(daemon),
      ),
    ],
    details: ovs ? [rowDetail('Open_vSwitch · Open_vSwitch', ovs.openVSwitch)] : [],
  }
}

/** A link as `ip -d address` tells it. */
export const linkDetail = (where: string, link: Link): Detail =>
  rowDetail(`${where} · ${link.name}`, {
    ...link,
    addresses: link.addresses.map(({ address, prefixLength }) => `${address}/${prefixLength}`),
    ...(link.bridge && { bridge: { ...link.bridge } }),
    ...(link.bridgePort && { bridgePort: { ...link.bridgePort } }),
  })

/** The rows by which Open vSwitch has an interface in a bridge. */
export const plugDetails = (plug: Plug | undefined): Detail[] =>
  plug ? [rowDetail('Open_vSwitch · Interface', plug.iface), rowDetail('Open_vSwitch · Port', plug.port)] : []
