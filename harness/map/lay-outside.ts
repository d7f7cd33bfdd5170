import { centreX, MARGIN, type Sheet } from './geometry.ts'

const BELOW_NODES = 52
const WIRE_HEIGHT = 38
const WIRE_PITCH = WIRE_HEIGHT + 20
const OUTSIDE_HEIGHT = 40
const OUTSIDE_WIDTH = 210
const OUTSIDE_PITCH = OUTSIDE_WIDTH + 40

/** Places the networks between the nodes, and who else is on them. Returns where they end. */
export function layOutside(sheet: Sheet, nodesBottom: number): number {
  const { model, places, boxes } = sheet
  const wires = places.of(
    'wires',
    model.elements.filter(({ kind }) => kind === 'wire').map(({ id }) => id),
    model.reserved.map(({ id }) => id).filter(id => id.startsWith('wire:')),
  )
  const { width } = sheet.grid
  const bottom =
    nodesBottom +
    (wires.length > 0 ? BELOW_NODES + wires.length * WIRE_PITCH - (WIRE_PITCH - WIRE_HEIGHT) : 0)
  for (const [at, id] of wires.entries()) {
    const links = model.edges
      .filter(edge => edge.kind === 'wire' && edge.to === id)
      .flatMap(({ from }) => boxes.get(from) ?? [])
      .map(centreX)
    if (links.length === 0) continue
    const [left, right] = [Math.min(...links), Math.max(...links)]
    // A short one reaches far enough to be read.
    const reach = Math.max(90, (420 - (right - left)) / 2)
    const x = Math.max(MARGIN, left - reach)
    const y = nodesBottom + BELOW_NODES + at * WIRE_PITCH
    boxes.set(id, { x, y, width: Math.min(width + MARGIN, right + reach) - x, height: WIRE_HEIGHT })
  }
  const outside = places.of(
    'outside',
    model.elements.filter(({ kind }) => kind === 'outside').map(({ id }) => id),
    model.reserved.map(({ id }) => id).filter(id => id.startsWith('outside:')),
  )
  const left = MARGIN + width / 2 - OUTSIDE_PITCH + 20
  const across = Math.max(
    1,
    Math.floor((MARGIN + width - left + OUTSIDE_PITCH - OUTSIDE_WIDTH) / OUTSIDE_PITCH),
  )
  const topOf = (at: number) => bottom + 30 + Math.floor(at / across) * (OUTSIDE_HEIGHT + 16)
  for (const [at, id] of outside.entries())
    if (model.elements.some(one => one.id === id))
      boxes.set(id, {
        ...{ x: left + (at % across) * OUTSIDE_PITCH, y: topOf(at) },
        ...{ width: OUTSIDE_WIDTH, height: OUTSIDE_HEIGHT },
      })
  return outside.some(Boolean) ? topOf(outside.length - 1) + OUTSIDE_HEIGHT : bottom
}
