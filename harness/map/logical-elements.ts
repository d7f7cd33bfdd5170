import { joined, same, type Text, text } from '../core/text.ts'
import { isDeclaredBy } from '../look/declared-macs.ts'
import { heldBy } from '../look/holding.ts'
import { plugs } from '../look/integration-bridge.ts'
import { ROUTER_PORT } from '../look/joints.ts'
import type { LogicalSwitchPort, PortBinding } from '../ovsdb/tables.ts'
import type { Topology } from '../topology/topology.ts'
import { bridgeId, networksOf } from './bridge-elements.ts'
import type { Facts } from './facts.ts'
import { besideOf, switchFacts } from './logical-facts.ts'
import { type Drawn, freeId, type MapEdge, type MapElement, rowDetail } from './model.ts'
import { namespacesOf } from './node-links.ts'
import { routerElements } from './router-elements.ts'
import { UNBOUND } from './words.ts'

/** What OVN was told: switches, routers and their ports; and what joins these to `there`, the elements of the nodes. */
export function logicalElements(facts: Facts, there: Drawn, topology?: Topology): Drawn {
  const { northbound: north, southbound: south } = facts
  if (!north) return { elements: [], edges: [] }
  const drawn = routerElements(north, south, chassisNames(facts))
  for (const one of north.switches) {
    const own = `ls:${one.name}`
    const id = freeId(drawn.elements, own)
    drawn.elements.push({
      id,
      kind: 'switch',
      name: one.name,
      facts: switchFacts(north, one),
      details: [rowDetail('OVN_Northbound · Logical_Switch', one), ...besideOf(north, one)],
    })
    for (const port of heldBy(north.ports, one)) addPort(facts, drawn, there, id, port, topology)
  }
  return drawn
}

/** The nodes by the names they have as chassis, else those names. */
function chassisNames({ nodes, southbound }: Facts): Map<string, string> {
  const known = nodes.flatMap(({ name, ovs }) => {
    const id = ovs?.openVSwitch.external_ids['system-id']
    return id === undefined ? [] : ([[id, name]] as const)
  })
  const rows = southbound?.chassis ?? []
  const byName = new Map<string, string>([
    ...rows.map(({ name, hostname }) => [name, hostname || name] as const),
    ...known,
  ])
  return new Map([...byName, ...rows.map(({ _uuid, name }) => [_uuid, byName.get(name) ?? name] as const)])
}

function addPort(
  facts: Facts,
  drawn: Drawn,
  there: Drawn,
  inside: string,
  port: LogicalSwitchPort,
  topology: Topology | undefined,
): void {
  const binding = facts.southbound?.bindings.find(({ logical_port }) => logical_port === port.name)
  const peer =
    port.type === 'router'
      ? drawn.elements.find(one => one.kind === 'router-port' && one.name === port.options[ROUTER_PORT])
      : undefined
  const id = freeId(drawn.elements, portId(facts, port, inside, peer))
  const bound = binding?.chassis.map(chassis => chassisNames(facts).get(chassis) ?? chassis) ?? []
  const isBindable = port.type === ''
  const off = offOf(facts, port, binding)
  drawn.elements.push({
    id,
    kind: 'switch-port',
    name: port.name,
    inside,
    ...(port.type !== '' && { type: port.type }),
    facts: [
      ...(port.type === 'localnet'
        ? [text(`network ${port.options.network_name ?? ''}`, `網路 ${port.options.network_name ?? ''}`)]
        : []),
      ...port.dynamic_addresses.map(same),
      ...(isBindable && bound.length > 0 ? [joined([text('on', '在'), ...bound.map(same)], same(' '))] : []),
    ],
    ...(off && { off }),
    details: [
      rowDetail('OVN_Northbound · Logical_Switch_Port', port, `Logical_Switch_Port:${port._uuid}`),
      ...(binding
        ? [rowDetail('OVN_Southbound · Port_Binding', binding, `Port_Binding:${binding._uuid}`)]
        : []),
    ],
  })
  const edge = (kind: 'bound' | 'mapped' | 'peer', to: string) =>
    drawn.edges.push({
      ...{ id: freeId(drawn.edges, `${kind}:${id}>${to}`), kind, from: id, to },
      rows: [
        ...rowsFor(kind, port, binding),
        ...(elementOf(to)?.details ?? []).flatMap(({ key }) => key ?? []),
      ],
    })
  const elementOf = (wanted: string) => [...drawn.elements, ...there.elements].find(one => one.id === wanted)
  if (peer) edge('peer', peer.id)
  if (port.type === 'localnet') for (const to of mappedTo(facts, port, there, topology)) edge('mapped', to)
  if (port.type === '' || port.type === 'localport')
    for (const plug of there.elements.filter(one => one.kind === 'plug' && isLabelled(facts, one, port.name)))
      if (port.type === 'localport' || bound.includes(plug.node ?? '')) edge('bound', plug.id)
}

/** A peer is told by northbound rows; what a port is on the nodes, by its binding. */
const rowsFor = (
  kind: MapEdge['kind'],
  port: LogicalSwitchPort,
  binding: PortBinding | undefined,
): string[] =>
  kind === 'peer' || !binding ? [`Logical_Switch_Port:${port._uuid}`] : [`Port_Binding:${binding._uuid}`]

/** What a port is for: a namespace that has its MAC address, or whose cable bears its name; a router port; a network. */
function portId(facts: Facts, port: LogicalSwitchPort, inside: string, peer: MapElement | undefined): string {
  if (port.type === 'localnet') return `lsp:localnet/${inside}`
  if (peer) return `lsp>${peer.id}`
  if (port.type !== '' && port.type !== 'localport') return `lsp:${port.name}`
  const kind = port.type === 'localport' ? 'lsp:local' : 'lsp'
  for (const { name, kernel } of facts.nodes)
    for (const namespace of kernel ? namespacesOf(kernel) : [])
      if (namespace.links.some(link => link.name !== 'lo' && isDeclaredBy(port, link.mac)))
        return kind === 'lsp' ? `lsp:${name}/${namespace.name}` : `${kind}/${namespace.name}`
  return `lsp:${port.name}`
}

function offOf(
  { southbound }: Facts,
  port: LogicalSwitchPort,
  binding: PortBinding | undefined,
): Text | undefined {
  if (port.enabled[0] === false) return text('disabled', '停用')
  if (!southbound) return undefined
  if (!binding) return text('not in the southbound database', 'southbound 資料庫裡沒有')
  if (port.type === '' && binding.chassis.length === 0) return UNBOUND
  return undefined
}

const isLabelled = ({ nodes }: Facts, plug: MapElement, name: string): boolean => {
  const { ovs } = nodes.find(one => one.name === plug.node) ?? {}
  return ovs?.interfaces.some(one => one.name === plug.name && one.external_ids['iface-id'] === name) ?? false
}

/** On each node, the patch port that OVN has made for a localnet port; where there is none, the bridge that its network is mapped to. */
function mappedTo(
  facts: Facts,
  port: LogicalSwitchPort,
  there: Drawn,
  topology: Topology | undefined,
): string[] {
  return facts.nodes.flatMap(node => {
    if (!node.ovs) return []
    const made = plugs(node.ovs).find(
      ({ iface, port: { external_ids } }) =>
        iface.type === 'patch' &&
        external_ids['ovn-localnet-port'] === port.name &&
        there.elements.some(
          one => one.kind === 'patch' && one.name === iface.name && one.inside === `br-int:${node.name}`,
        ),
    )
    if (made) {
      const patch = there.elements.find(
        one => one.kind === 'patch' && one.node === node.name && one.name === made.iface.name,
      )
      return patch ? [patch.id] : []
    }
    const bridge = node.ovs.bridges.find(({ name }) =>
      networksOf(node, name).includes(port.options.network_name ?? ''),
    )
    const id = bridge && bridgeId(node, bridge.name, topology)
    return id === undefined ? [] : [id]
  })
}
