import { isLeftOfPair, MARGIN, NODE_GAP, PHYSICAL_INSET, type Sheet } from './geometry.ts'
import { COLUMN_GAP, columnKey, EXIT_GAP, exitKey, isExitOf, MANAGEMENT_PITCH, PAD } from './grid.ts'
import type { MapElement } from './model.ts'
import { byNumber } from './order.ts'

/** More lines of columns than these are told as a number. */
const LINES_MAX = 6
const LINE_HEIGHT = 158
const LINES_TOP = 62
const NAMESPACE_HEIGHT = 62
const PLUG_TOP = 84
const PLUG_HEIGHT = 48
/** So many Linux bridges have room above the integration bridge, whether there are any or not: where a lesson is, one. */
const LINUX_HEIGHT = 26
const LINUX_PITCH = 34
const LINUX_ROOM = 2
const BAR_HEIGHT = 40
const TAB_HEIGHT = 34
const BRIDGE_HEIGHT = 40
/** More ports than these between two bridges, or two nodes, are told as a number. */
const TABS_MAX = 3
/** Those after the first have room for their names. */
const MORE_TAB_HEIGHT = 18
/** Between the ports of two bridges: room for edges, and for such ports of both. */
const TABS_GAP = 20 + 2 * (TABS_MAX - 1) * MORE_TAB_HEIGHT
const EXIT_HEIGHT = 186

/** Places what is on each node, all nodes in rows of one height. Returns where the nodes end. */
export function layNodes(sheet: Sheet): number {
  const { grid } = sheet
  const nodes = sheet.model.nodes.map((name, at) => nodePlan(sheet, name, at))
  const lines = Math.max(
    1,
    ...nodes.map(({ columns }) => Math.min(LINES_MAX, Math.ceil(columns.length / grid.columns))),
  )
  const linux = Math.max(
    sheet.model.reserved.length === 0 ? LINUX_ROOM : 1,
    ...nodes.map(node => node.linux.length),
  )
  const exits = Math.max(1, ...nodes.map(node => Math.ceil(node.exits.length / grid.exits)))
  const linuxTop = LINES_TOP + (lines - 1) * LINE_HEIGHT + PLUG_TOP + PLUG_HEIGHT + 16
  const barTop = linuxTop + linux * LINUX_PITCH + 8
  const exitsTop = barTop + BAR_HEIGHT + TAB_HEIGHT + TABS_GAP
  const bottom = exitsTop + (exits - 1) * EXIT_HEIGHT + 130
  for (const node of nodes) {
    const { x, name } = node
    sheet.frames.push({ id: `node:${name}`, box: { x, y: 0, width: grid.nodeWidth, height: bottom } })
    sheet.boxes.set(`node:${name}`, { x, y: 0, width: grid.nodeWidth, height: 50 })
    layColumns(sheet, node)
    for (const [at, id] of node.linux.entries())
      place(sheet, id, {
        x: x + PAD,
        y: linuxTop + at * LINUX_PITCH,
        width: grid.nodeWidth - 2 * PAD,
        height: LINUX_HEIGHT,
      })
    place(sheet, `br-int:${name}`, {
      x: x + PAD,
      y: barTop,
      width: grid.nodeWidth - 2 * PAD,
      height: BAR_HEIGHT,
    })
    layExits(sheet, node, { barTop, exitsTop })
  }
  return bottom
}

interface NodePlan {
  name: string
  x: number
  /** The first exit stands on its right. */
  isMirrored: boolean
  columns: string[]
  linux: string[]
  exits: string[]
}

function nodePlan({ model, places, grid }: Sheet, name: string, at: number): NodePlan {
  const own = model.elements.filter(({ node }) => node === name)
  // Also while it is gone, a link that only manages a node has no place among the others.
  const isExit = isExitOf(model)
  const row = (kinds: MapElement['kind'][], keyOf: (id: string) => string, first: string[] = []) => {
    const keys = own
      .filter(({ kind, type }) => kinds.includes(kind) && type !== 'management')
      .map(({ id }) => keyOf(id))
    const reserved = model.reserved
      .map(({ id }) => id)
      .filter(id => kinds.some(kind => id.startsWith(`${PREFIX[kind]}:${name}/`)))
      .filter(id => kinds[0] !== 'bridge' || isExit(id))
      .map(keyOf)
    return [[...new Set(keys)], [...first, ...reserved]] as const
  }
  const wires = [...model.reserved, ...model.elements]
    .map(({ id }) => id)
    .filter(id => id.startsWith('wire:'))
  const [exits, wanted] = row(
    ['bridge', 'physical'],
    exitKey,
    wires.map(id => id.replace('wire:', '')),
  )
  return {
    name,
    x: MARGIN + at * (grid.nodeWidth + NODE_GAP),
    isMirrored: isLeftOfPair(at),
    columns: places.of(`columns:${name}`, ...row(['namespace', 'plug'], columnKey)),
    linux: places.of(`linux:${name}`, ...row(['linux-bridge'], id => id)),
    exits: places.of(`exits:${name}`, exits, wanted),
  }
}

const PREFIX: Partial<Record<MapElement['kind'], string>> = {
  namespace: 'netns',
  plug: 'outer',
  'linux-bridge': 'linux-bridge',
  bridge: 'bridge',
  physical: 'physical',
}

function place(
  { boxes, model }: Sheet,
  id: string,
  box: { x: number; y: number; width: number; height: number },
  isTab?: true,
): void {
  if (model.elements.some(one => one.id === id)) boxes.set(id, { ...box, ...(isTab && { isTab }) })
}

function layColumns(sheet: Sheet, { x, columns }: NodePlan): void {
  const { columns: across, nodeWidth } = sheet.grid
  const width = (nodeWidth - 2 * PAD - COLUMN_GAP * across) / across
  const most = across * LINES_MAX
  for (const [at, key] of columns.entries()) {
    const slot = columns.length > most && at >= most - 1 ? undefined : at
    if (slot === undefined) break
    const left = x + PAD + COLUMN_GAP + (slot % across) * (width + COLUMN_GAP)
    const top = LINES_TOP + Math.floor(slot / across) * LINE_HEIGHT
    place(sheet, key, { x: left, y: top, width, height: NAMESPACE_HEIGHT })
    const plug = { x: left, y: top + PLUG_TOP, width, height: PLUG_HEIGHT }
    if (key.startsWith('netns:')) place(sheet, key.replace('netns:', 'outer:'), plug)
    else place(sheet, key, plug)
  }
  if (columns.length <= most) return
  const hidden = columns.slice(most - 1)
  const ids = sheet.model.elements.map(({ id }) => id).filter(id => hidden.includes(columnKey(id)))
  const left = x + PAD + COLUMN_GAP + (across - 1) * (width + COLUMN_GAP)
  sheet.more.push({
    box: {
      x: left,
      y: LINES_TOP + (LINES_MAX - 1) * LINE_HEIGHT,
      width,
      height: NAMESPACE_HEIGHT,
    },
    ids,
  })
}

const leadsInside = (id: string) => id.includes('>br-int:')

function layExits(
  sheet: Sheet,
  node: NodePlan,
  { barTop, exitsTop }: { barTop: number; exitsTop: number },
): void {
  const { model, grid } = sheet
  const { name, x, isMirrored, exits } = node
  const width = (grid.nodeWidth - 2 * PAD + EXIT_GAP) / grid.exits - EXIT_GAP
  const leftOf = (slot: number) =>
    x + PAD + (isMirrored ? grid.exits - 1 - (slot % grid.exits) : slot % grid.exits) * (width + EXIT_GAP)
  for (const [at, key] of exits.entries()) {
    const [left, top] = [leftOf(at), exitsTop + Math.floor(at / grid.exits) * EXIT_HEIGHT]
    place(sheet, `bridge:${name}/${key}`, {
      x: left,
      y: top + TAB_HEIGHT,
      width,
      height: BRIDGE_HEIGHT,
    })
    place(sheet, `physical:${name}/${key}`, {
      x: left + PHYSICAL_INSET,
      y: top + 108,
      width: width - 2 * PHYSICAL_INSET,
      height: 40,
    })
  }
  // Ports between bridges stand at the bridge they are in, in line with the bridge they lead to.
  const tabs = model.elements.filter(
    one => one.node === name && (one.kind === 'patch' || one.kind === 'tunnel'),
  )
  const spots = new Map<string, { tab: MapElement; box: { x: number; y: number } }[]>()
  for (const tab of tabs) {
    const inside = sheet.boxes.get(tab.inside ?? '')
    if (!inside) continue
    const [, far = ''] = />bridge:(.+)$/.exec(tab.id) ?? []
    const isInner = tab.inside === `br-int:${name}`
    const slot = Math.max(0, tab.kind === 'tunnel' ? 0 : isInner ? exits.indexOf(far) : -1)
    const spot = `${tab.inside} ${isInner ? slot % grid.exits : ''}`
    const anchor = {
      x: isInner ? leftOf(slot) : inside.x,
      y: isInner ? barTop + BAR_HEIGHT : inside.y - TAB_HEIGHT,
    }
    spots.set(spot, [...(spots.get(spot) ?? []), { tab, box: anchor }])
  }
  for (const [spot, inSpot] of spots) {
    const ids = inSpot.map(({ tab }) => tab.id)
    // What leads to the integration bridge is what lessons are about.
    const order = sheet.places.of(
      `tabs:${spot}`,
      [...ids].sort(
        (one, other) => Number(leadsInside(other)) - Number(leadsInside(one)) || byNumber(one, other),
      ),
      sheet.model.reserved.map(({ id }) => id).filter(id => ids.includes(id)),
    )
    const isShown = (nth: number) => nth < (order.length > TABS_MAX ? TABS_MAX - 1 : TABS_MAX)
    // Away from the bridge, one behind the other; a little narrower each, so that edges run side by side.
    const isInner = inSpot[0]!.tab.inside === `br-int:${name}`
    const boxOf = ({ x: left, y }: { x: number; y: number }, nth: number) =>
      nth === 0
        ? { x: left, y, width, height: TAB_HEIGHT }
        : {
            x: left + nth * 14,
            y: isInner ? y + TAB_HEIGHT + (nth - 1) * MORE_TAB_HEIGHT : y - nth * MORE_TAB_HEIGHT,
            ...{ width: width - nth * 14, height: MORE_TAB_HEIGHT },
          }
    const anchor = inSpot[0]!.box
    for (const [nth, id] of order.entries()) if (isShown(nth)) place(sheet, id, boxOf(anchor, nth), true)
    const hidden = order.filter((id, nth) => !isShown(nth) && ids.includes(id))
    if (hidden.length > 0) sheet.more.push({ box: boxOf(anchor, TABS_MAX - 1), ids: hidden })
  }
  const management = model.elements.filter(one => one.node === name && one.type === 'management')
  for (const [at, link] of management.entries())
    place(sheet, link.id, {
      x: x + grid.nodeWidth - PAD - (at + 1) * MANAGEMENT_PITCH,
      y: 10,
      width: MANAGEMENT_PITCH - 6,
      height: 32,
    })
}
