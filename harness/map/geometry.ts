import type { Grid } from './grid.ts'
import type { MapModel } from './model.ts'
import type { Places } from './slots.ts'

/** Where something stands, in px; x to the right, y down, 0 where the nodes begin: what grows above moves nothing below. */
export interface Box {
  x: number
  y: number
  width: number
  height: number
  /** Of something inside a bar or a box. */
  isTab?: true
  /** Where its name stands, from its top: below what stands in there. */
  titleTop?: number
}

/** What is placed so far, by those who place a part each. */
export interface Sheet {
  model: MapModel
  grid: Grid
  places: Places
  boxes: Map<string, Box>
  /** Frames around what belongs together: the logical network, and each node. */
  frames: { id: string; box: Box }[]
  /** Elements for which there is no room: how many, and where that is told. */
  more: { box: Box; ids: string[] }[]
}

/** Between the frames and the edge of the map. */
export const MARGIN = 12
export const NODE_GAP = 28

export const centreX = ({ x, width }: Box): number => x + width / 2

/** Nodes face each other in pairs: what is between them stands at the inner side, what leads out at the outer one. */
export const isLeftOfPair = (at: number): boolean => at % 2 === 0

/** A physical link stands below the middle of the bridge that is for it, so much narrower on each side. */
export const PHYSICAL_INSET = 12
