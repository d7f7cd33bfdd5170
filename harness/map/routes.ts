import { type Box, centreX, isLeftOfPair, NODE_GAP, PHYSICAL_INSET, type Sheet } from './geometry.ts'
import { LANE_PITCH, LANES, PORT_LINE, PORT_PITCH } from './lay-logical.ts'
import type { MapEdge } from './model.ts'

/** The way of an edge, as corners. */
export interface Route {
  id: string
  points: [number, number][]
}

/** How each edge of a map runs: straight where its ends stand in line, else by right angles through room that is kept for it. */
export function layEdges({ model, boxes, frames, grid }: Sheet): Route[] {
  const nodeOf = new Map(model.elements.map(({ id, node }) => [id, node]))
  const wire = model.elements.find(({ kind, type }) => kind === 'wire' && type === 'underlay')
  const underlay = boxes.get(wire?.id ?? '')
  return model.edges.flatMap(edge => {
    const [from, to] = [boxes.get(edge.from), boxes.get(edge.to)]
    if (!from || !to) return []
    const frame = frames.find(({ id }) => id === `node:${nodeOf.get(edge.to)}`)?.box
    const isCrossed = (y: number, x1: number, x2: number) =>
      [...boxes.values()].some(
        one =>
          one !== from &&
          one !== to &&
          one.y < y &&
          y < one.y + one.height &&
          one.x < Math.max(x1, x2) &&
          Math.min(x1, x2) < one.x + one.width,
      )
    return [
      {
        id: edge.id,
        points: pointsOf(edge, from, to, { frame, underlay, nodeWidth: grid.nodeWidth, isCrossed }),
      },
    ]
  })
}

/** What stands around an edge. `isCrossed`: whether a level line would run through something. */
interface Around {
  frame: Box | undefined
  underlay: Box | undefined
  nodeWidth: number
  isCrossed(y: number, x1: number, x2: number): boolean
}

function pointsOf(
  edge: MapEdge,
  from: Box,
  to: Box,
  { frame, underlay, nodeWidth, isCrossed }: Around,
): Route['points'] {
  if (edge.kind === 'bound' && frame) return downTo(from, to, to.x - 7)
  if (edge.kind === 'mapped' && frame) {
    const isLeft = isLeftOfPair(Math.round(frame.x / (nodeWidth + NODE_GAP)))
    return roundabout(downTo(from, to, isLeft ? frame.x + 8 : frame.x + nodeWidth - 8), to, isCrossed)
  }
  if (edge.kind === 'tunnel') return throughWire(from, to, underlay)
  if (edge.kind === 'lower') return beside(from, to)
  if (edge.kind === 'veth' && from.height === to.height) return below(from, to)
  if (edge.kind === 'plugged') return intoBar(from, to, to.width > nodeWidth / 2)
  return upright(from, to)
}

/** From the bottom of a port, along a lane of its own, down beside what stands there, into the side of its end. */
function downTo(from: Box, to: Box, gutter: number): Route['points'] {
  const foot = from.y + from.height
  // Ports above others go down beside these.
  const line = Math.max(0, Math.floor((-(LANES + 2) * LANE_PITCH - foot) / PORT_LINE))
  const x = line === 0 ? centreX(from) : from.x + from.width + 3
  const slot = Math.floor(from.x / PORT_PITCH) + line * LANE_SHIFT
  const isLeft = gutter < x
  const lane = isLeft ? slot % LANES : LANES - 1 - (slot % LANES)
  const y = -(LANES - lane) * LANE_PITCH - (isLeft ? 0 : LANE_PITCH / 2)
  const side = gutter < to.x ? to.x : to.x + to.width
  const end = to.y + to.height / 2
  return [
    [centreX(from), foot],
    ...(line === 0
      ? []
      : ([
          [centreX(from), foot + 5],
          [x, foot + 5],
        ] as Route['points'])),
    [x, y],
    [gutter, y],
    [gutter, end],
    [side, end],
  ]
}

/** Ports of different lines do not share a lane. */
const LANE_SHIFT = 5

/** From the side of a link to the one that it stands on, which is below it or stands in the same row. */
function beside(from: Box, to: Box): Route['points'] {
  const right = from.x + from.width
  const gutter = right + 6
  const middle = from.y + from.height / 2
  if (to.y > from.y + from.height)
    return [
      [right, middle],
      [gutter, middle],
      [gutter, to.y - 8],
      [centreX(to) + 12, to.y - 8],
      [centreX(to) + 12, to.y],
    ]
  return [[centreX(from) + 14, from.y + from.height], ...below(from, to).slice(1)]
}

/** Between two that stand in rows: from the foot of one to that of the other. */
function below(from: Box, to: Box): Route['points'] {
  const [start, end] = [centreX(from) + 14, centreX(to) - 14]
  const [footFrom, footTo] = [from.y + from.height, to.y + to.height]
  const gutter = to.x - 4
  return [
    [start, footFrom],
    [start, footFrom + 8],
    [gutter, footFrom + 8],
    [gutter, footTo + 8],
    [end, footTo + 8],
    [end, footTo],
  ]
}

/** Where something else stands before the side of its end, an edge comes from below. */
function roundabout(points: Route['points'], to: Box, isCrossed: Around['isCrossed']): Route['points'] {
  const [gutter, end] = points.at(-2)!
  const [side] = points.at(-1)!
  if (!isCrossed(end, gutter, side)) return points
  const y = to.y + to.height + (to.isTab ? PORTS_BELOW : 14)
  return [...points.slice(0, -2), [gutter, y], [to.x + 6, y], [to.x + 6, to.y + to.height]]
}

/** More than the height of further ports that hang below one. */
const PORTS_BELOW = 42
/** Between columns of bridges is room for what passes by them. */
const BESIDE = 4

/**
 * From an interface to a bridge: straight down, or up, to one as wide as the node; into the side of another one, beside
 * everything that stands in between.
 */
function intoBar(from: Box, to: Box, isWide: boolean): Route['points'] {
  const x = centreX(from)
  const isDown = to.y > from.y
  if (isWide && !isDown) {
    const gap = from.x - PHYSICAL_INSET - BESIDE
    return [
      [x, from.y],
      [x, from.y - 14],
      [gap, from.y - 14],
      [gap, to.y + to.height],
    ]
  }
  if (isWide || !isDown) {
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
  const isLeft = x < centreX(to)
  const [gap, side] = isLeft ? [to.x - BESIDE, to.x] : [to.x + to.width + BESIDE, to.x + to.width]
  const turn = from.y + from.height + 8
  const end = to.y + to.height / 2
  return [
    [x, from.y + from.height],
    [x, turn],
    [gap, turn],
    [gap, end],
    [side, end],
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
