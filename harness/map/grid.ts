import { NODE_GAP } from './geometry.ts'
import type { MapModel } from './model.ts'

/** Into how many places a map is divided. */
export interface Grid {
  /** Of namespaces and interfaces on a node, side by side; between them is room for what comes from above. */
  columns: number
  /** Of bridges and links that lead out of a node. */
  exits: number
  nodeWidth: number
  /** Of all nodes together. */
  width: number
}

/** Beside the columns and exits of a node. */
export const PAD = 16
export const COLUMN_GAP = 14
export const EXIT_GAP = 8
/** A link that only manages a node stands beside its name. */
export const MANAGEMENT_PITCH = 100
/** An address in a box has room in them. */
const COLUMN_WIDTH = 128
const EXIT_WIDTH = 152
/**
 * Where a lesson says what will be there, a map is no wider than what a page has room for without being enlarged; what comes and
 * goes changes nothing of it.
 */
export function gridOf({ nodes, reserved }: MapModel): Grid {
  const [columns, exits] = reserved.length === 0 ? [4, 3] : [2, 2]
  const nodeWidth =
    2 * PAD + Math.max(columns * (COLUMN_WIDTH + COLUMN_GAP), exits * (EXIT_WIDTH + EXIT_GAP) - EXIT_GAP)
  const count = Math.max(2, nodes.length)
  return { columns, exits, nodeWidth, width: count * nodeWidth + (count - 1) * NODE_GAP }
}

/** A cable stands below its namespace; a second one of the same namespace beside it. */
export const columnKey = (id: string): string => id.replace(/^outer:([^/]+\/[^/]+)$/, 'netns:$1')
/** A bridge stands above the link it is for. */
export const exitKey = (id: string): string => id.slice(id.indexOf('/') + 1)
/** Whether something that has a place leads out of its node: a link that only manages it is on no wire. */
export function isExitOf({ reserved }: Pick<MapModel, 'reserved'>): (id: string) => boolean {
  const wires = new Set(reserved.map(({ id }) => id).filter(id => id.startsWith('wire:')))
  return id => id.startsWith('bridge:') || (id.startsWith('physical:') && wires.has(`wire:${exitKey(id)}`))
}
