import { joined, same, type Text, text } from '../core/text.ts'
import { chassisSetting, integrationBridgeName, type Plug, plugs } from '../look/integration-bridge.ts'
import type { Topology } from '../topology/topology.ts'
import type { Facts, NodeFacts } from './facts.ts'
import { interfaceKey, linkKey } from './keys.ts'
import { linkDetail, plugFacts, plugRows } from './link-details.ts'
import { type Drawn, freeId, type MapEdge, type MapElement, rowDetail } from './model.ts'
import { physicalLinks } from './node-links.ts'
import { tunnelElements } from './tunnel-elements.ts'
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
export function bridgeElements(facts: NodeFacts, all: Facts, topology?: Topology): Drawn {
  const { name: node, kernel, ovs } = facts
  const elements: MapElement[] = []
  for (const link of kernel?.links.filter(({ kind }) => kind === 'bridge') ?? [])
    elements.push({
      ...{ id: `linux-bridge:${node}/${link.name}`, kind: 'linux-bridge', name: link.name, node },
      facts: [
        ...link.addresses.filter(({ family }) => family === 'inet').map(addressOf),
        ...(link.bridge?.filtersVlans ? [text('filters VLANs', '過濾 VLAN')] : []),
        ...(link.bridge?.hasSpanningTree ? [same('STP')] : []),
      ],
      ...(!link.isUp && { off: DOWN }),
      details: [linkDetail(node, link, linkKey(node, '', link.name))],
    })
  if (!ovs) return { elements, edges: [] }
  // Its bridges are rows of a database then, and nothing passes.
  const off =
    kernel && !kernel.daemons.includes('ovs-vswitchd')
      ? text('ovs-vswitchd does not run', 'ovs-vswitchd 沒有執行')
      : undefined
  for (const bridge of ovs.bridges) {
    const isIntegration = bridge.name === integrationBridgeName(ovs)
    const own = kernel?.links.find(({ name }) => name === bridge.name)
    const local = plugs(ovs).find(({ iface, bridge: one }) => one === bridge && iface.name === bridge.name)
    elements.push({
      id: freeId(elements, bridgeId(facts, bridge.name, topology)!),
      kind: isIntegration ? 'integration-bridge' : 'bridge',
      name: bridge.name,
      node,
      facts: [
        ...(own?.addresses ?? []).filter(({ family }) => family === 'inet').map(addressOf),
        ...mappedTo(facts, bridge.name),
      ],
      ...(off && { off }),
      details: [
        rowDetail(`${node} · Open_vSwitch · Bridge`, bridge, `Bridge:${node}/${bridge.name}`),
        ...plugRows(node, own, local),
      ],
    })
  }
  const patches = patchElements(facts, topology)
  const tunnels = tunnelElements(facts, all, name => bridgeId(facts, name, topology)!)
  return { elements: [...elements, ...patches.elements, ...tunnels], edges: patches.edges }
}

const addressOf = ({ address, prefixLength }: { address: string; prefixLength: number }): Text =>
  same(`${address}/${prefixLength}`)

/** Patch ports, and the pairs that name each other. */
function patchElements(facts: NodeFacts, topology: Topology | undefined): Drawn {
  const { name: node, ovs } = facts
  const elements: MapElement[] = []
  const edges: MapEdge[] = []
  const patches = plugs(ovs!).filter(({ iface }) => iface.type === 'patch')
  const idOf = new Map<string, string>()
  for (const plug of patches) {
    const { iface, port } = plug
    const peer = peerOf(plug, patches)
    const short = (name: string) => (bridgeId(facts, name, topology) ?? '').replace(`${node}/`, '')
    const to = peer ? short(peer.bridge.name) : `? ${iface.name}`
    const id = freeId(elements, `patch:${node}/${short(plug.bridge.name)}>${to}`)
    const off = iface.error.length > 0 ? same(iface.error[0]!) : !peer ? noPeer(plug, patches) : undefined
    idOf.set(iface.name, id)
    elements.push({
      ...{ id, kind: 'patch', name: iface.name, node },
      inside: bridgeId(facts, plug.bridge.name, topology)!,
      facts: plugFacts(undefined, { ...plug, iface: { ...iface, type: '' } }),
      ...(off && { off }),
      details: plugRows(node, undefined, { ...plug, port }),
    })
  }
  for (const plug of patches) {
    const peer = peerOf(plug, patches)
    const [from, to] = [idOf.get(plug.iface.name)!, peer && idOf.get(peer.iface.name)]
    if (to === undefined || edges.some(one => one.from === to && one.to === from)) continue
    const rows = [plug, peer!].map(({ iface }) => interfaceKey(node, iface.name))
    edges.push({ id: `patch:${from}>${to}`, kind: 'patch', from, to, rows })
  }
  return { elements, edges }
}

/** The patch port that this one names, where that names it back. */
const peerOf = ({ iface }: Plug, patches: Plug[]): Plug | undefined =>
  patches.find(other => other.iface.name === iface.options.peer && other.iface.options.peer === iface.name)

function noPeer({ iface }: Plug, patches: Plug[]): Text {
  const { peer } = iface.options
  if (peer === undefined) return text('it names no peer', '沒有指定 peer')
  return patches.some(other => other.iface.name === peer)
    ? text(`${peer} does not lead back`, `${peer} 沒有接回來`)
    : text(`no port ${peer} leads back`, `沒有 port ${peer} 接回來`)
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
