import { same, text } from '../core/text.ts'
import { linksOf, outsideOn, type Topology } from '../topology/topology.ts'
import type { Drawn, MapElement } from './model.ts'

/** The networks that links of the nodes lead to, and the machines on them that are none of ours, as the topology has them. */
export function outsideElements(there: Drawn, topology?: Topology): Drawn {
  const drawn: Drawn = { elements: [], edges: [] }
  const physical = there.elements.filter(({ kind, type }) => kind === 'physical' && type !== 'management')
  const names = [
    ...(topology
      ? linksOf(topology)
          .filter(({ role }) => role !== 'management')
          .map(({ name }) => name)
      : []),
    ...physical.map(({ name }) => name),
  ]
  for (const name of new Set(names)) {
    const links = physical.filter(one => one.name === name)
    if (links.length === 0) continue
    const known = topology?.links[name]
    const isUnderlay = (known?.role ?? links[0]!.type) === 'underlay'
    const id = `wire:${name}`
    drawn.elements.push({
      id,
      kind: 'wire',
      name,
      type: isUnderlay ? 'underlay' : 'physical',
      facts: [
        isUnderlay
          ? text('underlay, between the chassis', 'underlay，連接各 chassis')
          : text('physical network', '實體網路'),
        ...(known ? [same(known.subnet)] : []),
      ],
      details: [],
    })
    for (const link of links)
      drawn.edges.push({
        ...{ id: `wire:${link.id}`, kind: 'wire', from: link.id, to: id },
        rows: link.details.flatMap(({ key }) => key ?? []),
      })
    if (known) addOutside(drawn, id, { name, ...known })
  }
  return drawn
}

function addOutside(
  { elements, edges }: Drawn,
  wire: string,
  link: Parameters<typeof outsideOn>[0] & { name: string },
): void {
  const [router, server] = outsideOn(link)
  if (router === undefined) return
  const element = (address: string, facts: MapElement['facts']): string => {
    const id = `outside:${address}`
    elements.push({ id, kind: 'outside', name: address, facts, details: [] })
    return id
  }
  const own = element(router, [text('outside: your own computer', '外部：你自己的電腦')])
  edges.push({ id: `wire:${own}`, kind: 'wire', from: own, to: wire, rows: [] })
  if (server === undefined) return
  const beyond = element(server, [
    text(`a server in ${link.outside?.beyond?.subnet}`, `${link.outside?.beyond?.subnet} 裡的伺服器`),
  ])
  edges.push({ id: `wire:${beyond}`, kind: 'wire', from: beyond, to: own, rows: [] })
}
