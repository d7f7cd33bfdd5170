import type { Lab } from '../look/lab.ts'
import type { Topology } from '../topology/topology.ts'
import { type Facts, factsOf, unseenIn } from './facts.ts'
import { logicalElements } from './logical-elements.ts'
import type { Drawn, MapEdge, MapElement, MapModel } from './model.ts'
import { nodeElements } from './node-elements.ts'
import { byNumber } from './order.ts'
import { outsideElements } from './outside-elements.ts'
import { tunnelEdges } from './tunnel-elements.ts'

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
  const inTurn = { ...facts, nodes }
  const own = together(nodes.map(node => nodeElements(node, inTurn, topology)))
  const there = { ...own, edges: [...own.edges, ...tunnelEdges(own)] }
  const logical = logicalElements(inTurn, there, topology)
  const { elements, edges } = together([logical, there, outsideElements(there, topology)])
  return {
    schema: 1,
    lab,
    nodes: nodes.map(({ name }) => name),
    elements,
    edges: edges.map(edge => asFarAsEnds(edge, elements)),
    reserved: [],
    blind: facts.blind,
    unseen: unseenIn(facts),
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

/** What joins two things carries nothing where one of them does not. */
function asFarAsEnds(edge: MapEdge, elements: readonly MapElement[]): MapEdge {
  const ends = [edge.from, edge.to].map(end => elements.find(({ id }) => id === end))
  const off = edge.off ?? ends.find(end => end?.off)?.off
  return off ? { ...edge, off } : edge
}
