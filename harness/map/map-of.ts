import type { Lab } from '../look/lab.ts'
import type { Topology } from '../topology/topology.ts'
import { type Facts, factsOf } from './facts.ts'
import { logicalElements } from './logical-elements.ts'
import type { Drawn, MapEdge, MapModel } from './model.ts'
import { nodeElements } from './node-elements.ts'
import { byNumber } from './order.ts'
import { outsideElements } from './outside-elements.ts'

/**
 * What is really there, as a map: from the databases and kernels of the lab, and, of what is outside of its nodes, from the
 * topology. Rejects with nothing but defects of ours: what cannot be looked at is told in the map.
 */
export async function lookAtMap(lab: Lab, name: string, topology?: Topology): Promise<MapModel> {
  return mapFrom(await factsOf(lab), name, topology)
}

/** The map of what was looked at. */
export function mapFrom(facts: Facts, lab: string, topology?: Topology): MapModel {
  const nodes = inOrder(facts, topology)
  const own = together(nodes.map(node => nodeElements(node, nodes, topology)))
  const there = { ...own, edges: [...own.edges, ...tunnelEdges(own)] }
  const logical = logicalElements({ ...facts, nodes }, there, topology)
  const { elements, edges } = together([logical, there, outsideElements(there, topology)])
  return {
    schema: 1,
    lab,
    nodes: nodes.map(({ name }) => name),
    elements,
    edges,
    reserved: [],
    blind: facts.blind,
  }
}

/** As the topology has them, where it has: in every lesson the central one comes first. */
function inOrder({ nodes }: Facts, topology: Topology | undefined): Facts['nodes'] {
  const known = Object.keys(topology?.nodes ?? {})
  const place = (name: string) => (known.includes(name) ? known.indexOf(name) : known.length)
  return [...nodes].sort(
    (one, other) => place(one.name) - place(other.name) || byNumber(one.name, other.name),
  )
}

const together = (parts: Drawn[]): Drawn => ({
  elements: parts.flatMap(({ elements }) => elements),
  edges: parts.flatMap(({ edges }) => edges),
})

/** A tunnel needs a port on each of its nodes. */
function tunnelEdges({ elements }: Drawn): MapEdge[] {
  const ids = elements.filter(({ kind }) => kind === 'tunnel').map(({ id }) => id)
  return ids.flatMap(from => {
    const [, one = '', other = ''] = /^tunnel:([^>]+)>(.+)$/.exec(from) ?? []
    const to = `tunnel:${other}>${one}`
    return from < to && ids.includes(to)
      ? [{ id: `tunnel:${one}-${other}`, kind: 'tunnel' as const, from, to }]
      : []
  })
}
