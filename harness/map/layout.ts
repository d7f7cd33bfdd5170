import { type Box, MARGIN, type Sheet } from './geometry.ts'
import { gridOf } from './grid.ts'
import { layLogical } from './lay-logical.ts'
import { layNodes } from './lay-nodes.ts'
import { layOutside } from './lay-outside.ts'
import type { MapModel } from './model.ts'
import { layEdges, type Route } from './routes.ts'
import { Places, type Rows } from './slots.ts'

/** Where everything of a map stands. */
export interface Layout {
  x: number
  y: number
  width: number
  height: number
  boxes: ReadonlyMap<string, Box>
  routes: readonly Route[]
  /** Frames around what belongs together: the logical network, and each node. */
  frames: { id: string; box: Box }[]
  /** Elements for which there is no room: how many, and where that is told. */
  more: { box: Box; ids: string[] }[]
  /** To be given to the next layout, so that what stays keeps its place. */
  rows: Rows
}

/**
 * Where each element of a map stands: the logical network above, a column for each node, the networks between them below. It
 * depends on what things are for and on their names, and never on the order in which they came. `before`: the rows of an
 * earlier layout of the same lab.
 */
export function layoutOf(model: MapModel, before?: Rows): Layout {
  const grid = gridOf(model)
  const sheet: Sheet = { model, grid, places: new Places(before), boxes: new Map(), frames: [], more: [] }
  const bottom = layOutside(sheet, layNodes(sheet))
  const top = layLogical(sheet)
  return {
    x: 0,
    y: top - MARGIN,
    width: grid.width + 2 * MARGIN,
    height: bottom - top + 2 * MARGIN,
    boxes: sheet.boxes,
    routes: layEdges(sheet),
    frames: sheet.frames,
    more: sheet.more,
    rows: sheet.places.rows,
  }
}
