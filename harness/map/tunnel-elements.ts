import { same, type Text, text } from '../core/text.ts'
import type { Plug } from '../look/integration-bridge.ts'
import { chassisName, tunnelPlugs } from '../look/tunnel-ports.ts'
import type { Facts, NodeFacts } from './facts.ts'
import { interfaceKey } from './keys.ts'
import { plugRows } from './link-details.ts'
import { type Drawn, freeId, type MapEdge, type MapElement, rowDetail } from './model.ts'

/** The tunnel ports of a node, each with where the southbound database says that its far end takes packets. */
export function tunnelElements(
  { name: node, ovs }: NodeFacts,
  { nodes, southbound }: Facts,
  bridgeIdOf: (name: string) => string,
): MapElement[] {
  const elements: MapElement[] = []
  for (const plug of ovs ? tunnelPlugs(ovs) : []) {
    const { iface } = plug
    const far = farNode(plug, nodes)
    const [error] = iface.error
    const off = error === undefined ? notThere(plug, far) : same(error)
    const encaps =
      southbound?.encaps.filter(
        ({ ip, chassis_name }) =>
          ip === iface.options.remote_ip || (far?.ovs && chassis_name === chassisName(far.ovs)),
      ) ?? []
    elements.push({
      id: freeId(elements, `tunnel:${node}>${far?.name ?? iface.options.remote_ip}`),
      ...{ kind: 'tunnel', name: iface.name, node },
      inside: bridgeIdOf(plug.bridge.name),
      type: iface.type,
      facts: [toFar(plug, far?.name)],
      ...(off && { off }),
      details: [
        ...plugRows(node, undefined, plug),
        ...encaps.map(row => rowDetail('OVN_Southbound · Encap', row, `Encap:${row._uuid}`)),
      ],
    })
  }
  return elements
}

const toFar = ({ iface }: Plug, far: string | undefined): Text => {
  const to = far ?? iface.options.remote_ip
  return text(`${iface.type} to ${to}`, `${iface.type}，通往 ${to}`)
}

/** The node a tunnel port leads to: where OVN made it, by the chassis it is for; else by its address. */
function farNode({ iface, port }: Plug, all: NodeFacts[]): NodeFacts | undefined {
  const chassis = port.external_ids['ovn-chassis-id']?.split('@')[0]
  return (
    all.find(({ ovs }) => ovs && chassis !== undefined && chassisName(ovs) === chassis) ??
    all.find(facts => hasAddress(facts, iface.options.remote_ip))
  )
}

const hasAddress = ({ kernel }: NodeFacts, address: string | undefined): boolean =>
  kernel?.links.some(({ addresses }) => addresses.some(one => one.address === address)) ?? false

/** It sends to an address that its far node has not, and so to nobody, or to another machine. */
function notThere({ iface }: Plug, far: NodeFacts | undefined): Text | undefined {
  const { remote_ip: to } = iface.options
  if (!far?.kernel || to === undefined || to === 'flow' || hasAddress(far, to)) return undefined
  return text(`${far.name} has no address ${to}`, `${far.name} 沒有 ${to} 這個位址`)
}

/** A tunnel needs a port of one type on each of its nodes, and the links between them that bear it. */
export function tunnelEdges({ elements }: Drawn): MapEdge[] {
  const tunnels = elements.filter(({ kind }) => kind === 'tunnel')
  return tunnels.flatMap(one => {
    const [, here = '', there = ''] = /^tunnel:([^>]+)>(.+)$/.exec(one.id) ?? []
    const back = tunnels.find(({ id }) => id === `tunnel:${there}>${here}`)
    if (!back || one.id > back.id) return []
    const off = one.type === back.type ? bearerOff(elements, [here, there]) : DIFFERENT
    const rows = [one, back].flatMap(({ node, name, details }) => [
      interfaceKey(node!, name),
      ...details.flatMap(({ key }) => (key?.startsWith('Encap:') ? key : [])),
    ])
    const id = `tunnel:${here}-${there}`
    return [{ id, kind: 'tunnel', from: one.id, to: back.id, rows: [...new Set(rows)], ...(off && { off }) }]
  })
}

const DIFFERENT = text('its two ends are of different types', '兩端的類型不同')

function bearerOff(elements: MapElement[], nodes: string[]): Text | undefined {
  const down = elements.find(
    ({ kind, type, node, off }) =>
      kind === 'physical' && type === 'underlay' && off !== undefined && nodes.includes(node ?? ''),
  )
  return (
    down &&
    text(`${down.name}@${down.node}: ${down.off!.en}`, `${down.name}@${down.node}：${down.off!['zh-TW']}`)
  )
}
