import { joined, same, type Text, text } from '../core/text.ts'
import { chassisSetting, integrationBridgeName, type Plug, plugs } from '../look/integration-bridge.ts'
import { chassisName, tunnelPlugs } from '../look/tunnel-ports.ts'
import type { Topology } from '../topology/topology.ts'
import type { NodeFacts } from './facts.ts'
import { type Drawn, freeId, type MapEdge, type MapElement, rowDetail } from './model.ts'
import { physicalLinks } from './node-links.ts'
import { DOWN } from './words.ts'

/**
 * The id of a bridge of Open vSwitch on a node: by the physical link it holds or is named after, so that it is the same bridge
 * before and after the link is put into it. Undefined where there is no such bridge.
 */
export function bridgeId(
  { name: node, kernel, ovs }: NodeFacts,
  name: string,
  topology?: Topology,
): string | undefined {
  if (!ovs?.bridges.some(bridge => bridge.name === name)) return undefined
  if (name === integrationBridgeName(ovs)) return `br-int:${node}`
  const links = [
    ...(kernel ? physicalLinks(kernel, ovs).map(link => link.name) : []),
    ...Object.keys(topology?.links ?? {}),
  ]
  const held = plugs(ovs).find(({ bridge, iface }) => bridge.name === name && links.includes(iface.name))
  const meant = held?.iface.name ?? links.find(link => name.split(/[^A-Za-z0-9]+/).includes(link))
  // Two bridges may be named after one link: the one that holds it is the one that is for it.
  const holder = meant && plugs(ovs).find(({ iface }) => iface.name === meant)?.bridge.name
  return meant === undefined || (holder !== undefined && holder !== name)
    ? `bridge:${node}/${name}`
    : `bridge:${node}/${meant}`
}

/** The bridges of a node, Linux’s and those of Open vSwitch, and the ports in the latter that lead to other bridges and nodes. */
export function bridgeElements(facts: NodeFacts, all: NodeFacts[], topology?: Topology): Drawn {
  const { name: node, kernel, ovs } = facts
  const elements: MapElement[] = []
  const edges: MapEdge[] = []
  for (const link of kernel?.links.filter(({ kind }) => kind === 'bridge') ?? [])
    elements.push({
      id: `linux-bridge:${node}/${link.name}`,
      kind: 'linux-bridge',
      name: link.name,
      node,
      facts: [],
      ...(!link.isUp && { off: DOWN }),
      details: [
        rowDetail(`${node} · ${link.name}`, { ...link, addresses: link.addresses.map(one => one.address) }),
      ],
    })
  if (!ovs) return { elements, edges }
  for (const bridge of ovs.bridges) {
    const isIntegration = bridge.name === integrationBridgeName(ovs)
    const own = kernel?.links.find(({ name }) => name === bridge.name)
    const addresses = own?.addresses.filter(({ family }) => family === 'inet') ?? []
    elements.push({
      id: freeId(elements, bridgeId(facts, bridge.name, topology)!),
      kind: isIntegration ? 'integration-bridge' : 'bridge',
      name: bridge.name,
      node,
      facts: [
        ...addresses.map(({ address, prefixLength }) => same(`${address}/${prefixLength}`)),
        ...mappedTo(facts, bridge.name),
      ],
      details: [
        rowDetail('Open_vSwitch · Bridge', bridge),
        ...(own
          ? [rowDetail(`${node} · ${own.name}`, { ...own, addresses: addresses.map(one => one.address) })]
          : []),
      ],
    })
  }
  const found = plugs(ovs)
  const patches = found.filter(({ iface }) => iface.type === 'patch')
  const idOf = new Map<string, string>()
  for (const plug of patches) {
    const peer = peerOf(plug, patches)
    const short = (name: string) => (bridgeId(facts, name, topology) ?? '').replace(`${node}/`, '')
    const to = peer ? short(peer.bridge.name) : `? ${plug.iface.name}`
    const id = freeId(elements, `patch:${node}/${short(plug.bridge.name)}>${to}`)
    idOf.set(plug.iface.name, id)
    elements.push({
      ...portOf(plug, id, 'patch', node),
      inside: bridgeId(facts, plug.bridge.name, topology)!,
      facts: [],
      ...(!peer && {
        off: text(
          `no port ${plug.iface.options.peer} leads back`,
          `沒有 port ${plug.iface.options.peer} 接回來`,
        ),
      }),
    })
  }
  for (const plug of patches) {
    const peer = peerOf(plug, patches)
    const [from, to] = [idOf.get(plug.iface.name)!, peer && idOf.get(peer.iface.name)]
    if (to !== undefined && !edges.some(one => one.from === to && one.to === from))
      edges.push({ id: `patch:${from}>${to}`, kind: 'patch', from, to })
  }
  for (const plug of tunnelPlugs(ovs)) {
    const other = farNode(plug, all)
    const id = freeId(elements, `tunnel:${node}>${other ?? plug.iface.options.remote_ip}`)
    elements.push({
      ...portOf(plug, id, 'tunnel', node),
      inside: bridgeId(facts, plug.bridge.name, topology)!,
      type: plug.iface.type,
      facts: [toFar(plug, other)],
    })
  }
  return { elements, edges }
}

const portOf = (plug: Plug, id: string, kind: MapElement['kind'], node: string): MapElement => ({
  id,
  kind,
  name: plug.iface.name,
  node,
  facts: [],
  ...(plug.iface.error.length > 0 && { off: same(plug.iface.error[0]!) }),
  details: [rowDetail('Open_vSwitch · Interface', plug.iface), rowDetail('Open_vSwitch · Port', plug.port)],
})

/** The patch port that this one names, where that names it back. */
const peerOf = ({ iface }: Plug, patches: Plug[]): Plug | undefined =>
  patches.find(other => other.iface.name === iface.options.peer && other.iface.options.peer === iface.name)

const toFar = ({ iface }: Plug, other: string | undefined): Text =>
  other === undefined
    ? text(`${iface.type} to ${iface.options.remote_ip}`, `${iface.type}，通往 ${iface.options.remote_ip}`)
    : text(`${iface.type} to ${other}`, `${iface.type}，通往 ${other}`)

/** The node a tunnel port leads to, by its address; where OVN made it, by the chassis it is for. */
function farNode({ iface, port }: Plug, all: NodeFacts[]): string | undefined {
  const chassis = port.external_ids['ovn-chassis-id']?.split('@')[0]
  const far = all.find(
    ({ ovs, kernel }) =>
      (ovs && chassis !== undefined && chassisName(ovs) === chassis) ||
      kernel?.links.some(link => link.addresses.some(({ address }) => address === iface.options.remote_ip)),
  )
  return far?.name
}

/** The networks that the node maps to a bridge (ovn-controller(8), ovn-bridge-mappings). */
export function networksOf({ ovs }: NodeFacts, bridge: string): string[] {
  const pairs = (ovs && chassisSetting(ovs, 'ovn-bridge-mappings'))?.split(',') ?? []
  return pairs
    .map(pair => pair.trim().split(':'))
    .filter(pair => pair.length === 2 && pair[1] === bridge)
    .map(([network]) => network!)
}

const mappedTo = (facts: NodeFacts, bridge: string): Text[] => {
  const networks = networksOf(facts, bridge)
  return networks.length === 0 ? [] : [joined([text('network', '網路'), ...networks.map(same)], same(' '))]
}
