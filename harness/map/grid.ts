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
export const MANAGEMENT_PITCH = 112
/** An address in a box has room in them. */
const COLUMN_WIDTH = 128
const EXIT_WIDTH = 152
/** So many a node has where no lesson says how many it will need. */
const COLUMNS = 4
const EXITS = 3
/** One that nobody expected has a place beside those of a lesson, where that is not too wide to be read. */
const LEAST = 2

/**
 * As many places as the lesson will need, whether they are taken or not, so that what comes and goes moves nothing, and so that
 * the map is no wider than what is in it: in a page it is read without being enlarged.
 */
export function gridOf({ nodes, reserved }: MapModel): Grid {
  const most = (keyOf: (id: string) => string | undefined, usual: number) => {
    const wanted = nodes.map(
      node =>
        new Set(reserved.filter(({ id }) => id.includes(`:${node}/`)).flatMap(({ id }) => keyOf(id) ?? []))
          .size,
    )
    return reserved.length === 0 ? usual : Math.min(usual, Math.max(LEAST, ...wanted))
  }
  const columns = most(id => (/^(netns|outer):/.test(id) ? columnKey(id) : undefined), COLUMNS)
  const isExit = isExitOf({ reserved })
  const exits = most(id => (isExit(id) ? exitKey(id) : undefined), EXITS)
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
