import { type Box, centreX, isLeftOfPair, NODE_GAP, NODE_WIDTH, type Sheet } from './geometry.ts'
import { LANE_PITCH, LANES, PORT_PITCH } from './lay-logical.ts'
import type { MapEdge } from './model.ts'

/** The way of an edge, as corners. */
export interface Route {
  id: string
  points: [number, number][]
}

/** How each edge of a map runs: straight where its ends stand in line, else by right angles through room that is kept for it. */
export function layEdges({ model, boxes, frames }: Sheet): Route[] {
  const nodeOf = new Map(model.elements.map(({ id, node }) => [id, node]))
  const wire = model.elements.find(({ kind, type }) => kind === 'wire' && type === 'underlay')
  const underlay = boxes.get(wire?.id ?? '')
  return model.edges.flatMap(edge => {
    const [from, to] = [boxes.get(edge.from), boxes.get(edge.to)]
    if (!from || !to) return []
    const frame = frames.find(({ id }) => id === `node:${nodeOf.get(edge.to)}`)?.box
    return [{ id: edge.id, points: pointsOf(edge, from, to, { frame, underlay }) }]
  })
}

function pointsOf(
  edge: MapEdge,
  from: Box,
  to: Box,
  { frame, underlay }: Record<'frame' | 'underlay', Box | undefined>,
): Route['points'] {
  if (edge.kind === 'bound' && frame) return downTo(from, to, to.x - 7)
  if (edge.kind === 'mapped' && frame) {
    const isLeft = isLeftOfPair(Math.round(frame.x / (NODE_WIDTH + NODE_GAP)))
    return downTo(from, to, isLeft ? frame.x + 8 : frame.x + NODE_WIDTH - 8)
  }
  if (edge.kind === 'tunnel') return throughWire(from, to, underlay)
  if (edge.kind === 'plugged') return intoBar(from, to)
  return upright(from, to)
}

/** From the bottom of a port, along a lane of its own, down beside what stands there, into the side of its end. */
function downTo(from: Box, to: Box, gutter: number): Route['points'] {
  const x = centreX(from)
  const slot = Math.floor(from.x / PORT_PITCH)
  const isLeft = gutter < x
  const lane = isLeft ? slot % LANES : LANES - 1 - (slot % LANES)
  const y = -(LANES - lane) * LANE_PITCH - (isLeft ? 0 : LANE_PITCH / 2)
  const side = gutter < to.x ? to.x : to.x + to.width
  const end = to.y + to.height / 2
  return [
    [x, from.y + from.height],
    [x, y],
    [gutter, y],
    [gutter, end],
    [side, end],
  ]
}

/** From an interface to a bridge: straight down, or up, where the bridge is as wide; else it turns before it. */
function intoBar(from: Box, to: Box): Route['points'] {
  const x = centreX(from)
  const isDown = to.y > from.y
  const [start, end] = isDown ? [from.y + from.height, to.y] : [from.y, to.y + to.height]
  if (x > to.x && x < to.x + to.width)
    return [
      [x, start],
      [x, end],
    ]
  const turn = isDown ? end - 14 : end + 14
  return [
    [x, start],
    [x, turn],
    [centreX(to), turn],
    [centreX(to), end],
  ]
}

/** Between two things one above the other. */
function upright(from: Box, to: Box): Route['points'] {
  const [above, below] = from.y <= to.y ? [from, to] : [to, from]
  const [top, bottom] = [above.y + above.height, below.y]
  // One as wide as a bar is met wherever the other stands.
  const shared = (one: Box, other: Box) => centreX(one) > other.x && centreX(one) < other.x + other.width
  const narrow = above.width < below.width ? above : below
  const wide = narrow === above ? below : above
  if (shared(narrow, wide)) {
    const x = centreX(narrow)
    return [
      [x, top],
      [x, bottom],
    ]
  }
  // Side by side.
  if (top > bottom) {
    const y = above.y + above.height / 2
    const [left, right] = above.x < below.x ? [above, below] : [below, above]
    return [
      [left.x + left.width, y],
      [right.x, y],
    ]
  }
  const middle = (top + bottom) / 2
  return [
    [centreX(above), top],
    [centreX(above), middle],
    [centreX(below), middle],
    [centreX(below), bottom],
  ]
}

/** A tunnel runs where its packets do: down to the network between the nodes, along it, and up again. */
function throughWire(from: Box, to: Box, wire: Box | undefined): Route['points'] {
  const [left, right] = from.x < to.x ? [from, to] : [to, from]
  const [a, b] = [left.x + left.width + 5, right.x - 5]
  const y = wire ? wire.y + 8 : Math.max(left.y, right.y) + 60
  return [
    [left.x + left.width, left.y + left.height / 2],
    [a, left.y + left.height / 2],
    [a, y],
    [b, y],
    [b, right.y + right.height / 2],
    [right.x, right.y + right.height / 2],
  ]
}
