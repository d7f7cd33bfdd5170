import { layLogical } from './lay-logical.ts'
import { layNodes } from './lay-nodes.ts'
import { layOutside } from './lay-outside.ts'
import type { MapModel } from './model.ts'
import { layEdges, type Route } from './routes.ts'
import { Places, type Rows } from './slots.ts'

/** Where something stands, in px; x to the right, y down, 0 where the nodes begin: what grows above moves nothing below. */
export interface Box {
  x: number
  y: number
  width: number
  height: number
  /** Of something inside a bar or a box. */
  isTab?: true
}

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

/** What is placed so far, by those who place a part each. */
export interface Sheet {
  model: MapModel
  places: Places
  boxes: Map<string, Box>
  frames: Layout['frames']
  more: Layout['more']
}

/** Between the frames and the edge of the map. */
export const MARGIN = 20
export const NODE_WIDTH = 580
export const NODE_GAP = 40

export const widthFor = (nodes: number): number =>
  Math.max(2, nodes) * NODE_WIDTH + (Math.max(2, nodes) - 1) * NODE_GAP

/**
 * Where each element of a map stands: the logical network above, a column for each node, the networks between them below. It
 * depends on what things are for and on their names, and never on the order in which they came. `before`: the rows of an
 * earlier layout of the same lab.
 */
export function layoutOf(model: MapModel, before?: Rows): Layout {
  const sheet: Sheet = { model, places: new Places(before), boxes: new Map(), frames: [], more: [] }
  const bottom = layOutside(sheet, layNodes(sheet))
  const top = layLogical(sheet)
  const width = widthFor(model.nodes.length)
  return {
    x: 0,
    y: top - MARGIN,
    width: width + 2 * MARGIN,
    height: bottom - top + 2 * MARGIN,
    boxes: sheet.boxes,
    routes: layEdges(sheet),
    frames: sheet.frames,
    more: sheet.more,
    rows: sheet.places.rows,
  }
}

export const centreX = ({ x, width }: Box): number => x + width / 2
