import { isLeftOfPair, MARGIN, NODE_GAP, NODE_WIDTH, type Sheet } from './geometry.ts'
import type { MapElement } from './model.ts'

const PAD = 16
/** Columns of namespaces and interfaces; between them is room for what comes from above. */
const COLUMNS = 4
const COLUMN_GAP = 14
const COLUMN_WIDTH = (NODE_WIDTH - 2 * PAD - COLUMN_GAP * COLUMNS) / COLUMNS
/** More lines of columns than these are told as a number. */
const LINES_MAX = 3
const LINE_HEIGHT = 146
const LINES_TOP = 62
const NAMESPACE_HEIGHT = 62
const PLUG_TOP = 84
const PLUG_HEIGHT = 36
/** Two Linux bridges have room above the integration bridge, whether there are any or not. */
const LINUX_HEIGHT = 26
const LINUX_PITCH = 34
const LINUX_ROOM = 2
const BAR_HEIGHT = 40
const TAB_HEIGHT = 34
const BRIDGE_HEIGHT = 40
/** Bridges and links that lead out: the underlay stands where the nodes face each other. */
const EXITS = 3
const EXIT_WIDTH = (NODE_WIDTH - 2 * PAD - 2 * 8) / EXITS
const EXIT_PITCH = EXIT_WIDTH + 8
const EXIT_HEIGHT = 186

/** Places what is on each node, all nodes in rows of one height. Returns where the nodes end. */
export function layNodes(sheet: Sheet): number {
  const nodes = sheet.model.nodes.map((name, at) => nodePlan(sheet, name, at))
  const lines = Math.max(
    1,
    ...nodes.map(({ columns }) => Math.min(LINES_MAX, Math.ceil(columns.length / COLUMNS))),
  )
  const linux = Math.max(LINUX_ROOM, ...nodes.map(node => node.linux.length))
  const exits = Math.max(1, ...nodes.map(node => Math.ceil(node.exits.length / EXITS)))
  const linuxTop = LINES_TOP + (lines - 1) * LINE_HEIGHT + PLUG_TOP + PLUG_HEIGHT + 16
  const barTop = linuxTop + linux * LINUX_PITCH + 8
  const exitsTop = barTop + BAR_HEIGHT + TAB_HEIGHT + 36
  const bottom = exitsTop + (exits - 1) * EXIT_HEIGHT + 130
  for (const node of nodes) {
    const { x, name } = node
    sheet.frames.push({ id: `node:${name}`, box: { x, y: 0, width: NODE_WIDTH, height: bottom } })
    sheet.boxes.set(`node:${name}`, { x, y: 0, width: NODE_WIDTH, height: 50 })
    layColumns(sheet, node)
    for (const [at, id] of node.linux.entries())
      place(sheet, id, {
        x: x + PAD,
        y: linuxTop + at * LINUX_PITCH,
        width: NODE_WIDTH - 2 * PAD,
        height: LINUX_HEIGHT,
      })
    place(sheet, `br-int:${name}`, { x: x + PAD, y: barTop, width: NODE_WIDTH - 2 * PAD, height: BAR_HEIGHT })
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

function nodePlan({ model, places }: Sheet, name: string, at: number): NodePlan {
  const own = model.elements.filter(({ node }) => node === name)
  const row = (kinds: MapElement['kind'][], keyOf: (id: string) => string, first: string[] = []) => {
    const keys = own
      .filter(({ kind, type }) => kinds.includes(kind) && type !== 'management')
      .map(({ id }) => keyOf(id))
    const reserved = model.reserved
      .map(({ id }) => id)
      .filter(id => kinds.some(kind => id.startsWith(`${PREFIX[kind]}:${name}/`)))
      .map(keyOf)
    return [[...new Set(keys)], [...first, ...reserved]] as const
  }
  const wires = [...model.reserved, ...model.elements]
    .map(({ id }) => id)
    .filter(id => id.startsWith('wire:'))
  const management = own.filter(({ type }) => type === 'management').map(({ name: link }) => link)
  const [exits, wanted] = row(
    ['bridge', 'physical'],
    exitKey,
    wires.map(id => id.replace('wire:', '')),
  )
  return {
    name,
    x: MARGIN + at * (NODE_WIDTH + NODE_GAP),
    isMirrored: isLeftOfPair(at),
    columns: places.of(`columns:${name}`, ...row(['namespace', 'plug'], columnKey)),
    linux: places.of(`linux:${name}`, ...row(['linux-bridge'], id => id)),
    exits: places.of(
      `exits:${name}`,
      exits,
      wanted.filter(key => !management.includes(key)),
    ),
  }
}

const PREFIX: Partial<Record<MapElement['kind'], string>> = {
  namespace: 'netns',
  plug: 'outer',
  'linux-bridge': 'linux-bridge',
  bridge: 'bridge',
  physical: 'physical',
}

/** A cable stands below its namespace; a second one of the same namespace beside it. */
const columnKey = (id: string): string => id.replace(/^outer:([^/]+\/[^/]+)$/, 'netns:$1')
/** A bridge stands above the link it is for. */
const exitKey = (id: string): string => id.slice(id.indexOf('/') + 1)

function place(
  { boxes, model }: Sheet,
  id: string,
  box: { x: number; y: number; width: number; height: number },
  isTab?: true,
): void {
  if (model.elements.some(one => one.id === id)) boxes.set(id, { ...box, ...(isTab && { isTab }) })
}

function layColumns(sheet: Sheet, { x, columns }: NodePlan): void {
  const most = COLUMNS * LINES_MAX
  for (const [at, key] of columns.entries()) {
    const slot = columns.length > most && at >= most - 1 ? undefined : at
    if (slot === undefined) break
    const left = x + PAD + COLUMN_GAP + (slot % COLUMNS) * (COLUMN_WIDTH + COLUMN_GAP)
    const top = LINES_TOP + Math.floor(slot / COLUMNS) * LINE_HEIGHT
    place(sheet, key, { x: left, y: top, width: COLUMN_WIDTH, height: NAMESPACE_HEIGHT })
    const plug = { x: left, y: top + PLUG_TOP, width: COLUMN_WIDTH, height: PLUG_HEIGHT }
    if (key.startsWith('netns:')) place(sheet, key.replace('netns:', 'outer:'), plug)
    else place(sheet, key, plug)
  }
  if (columns.length <= most) return
  const hidden = columns.slice(most - 1)
  const ids = sheet.model.elements.map(({ id }) => id).filter(id => hidden.includes(columnKey(id)))
  const left = x + PAD + COLUMN_GAP + (COLUMNS - 1) * (COLUMN_WIDTH + COLUMN_GAP)
  sheet.more.push({
    box: {
      x: left,
      y: LINES_TOP + (LINES_MAX - 1) * LINE_HEIGHT,
      width: COLUMN_WIDTH,
      height: NAMESPACE_HEIGHT,
    },
    ids,
  })
}

function layExits(
  sheet: Sheet,
  node: NodePlan,
  { barTop, exitsTop }: { barTop: number; exitsTop: number },
): void {
  const { model } = sheet
  const { name, x, isMirrored, exits } = node
  const leftOf = (slot: number) =>
    x + PAD + (isMirrored ? EXITS - 1 - (slot % EXITS) : slot % EXITS) * EXIT_PITCH
  for (const [at, key] of exits.entries()) {
    const [left, top] = [leftOf(at), exitsTop + Math.floor(at / EXITS) * EXIT_HEIGHT]
    place(sheet, `bridge:${name}/${key}`, {
      x: left,
      y: top + TAB_HEIGHT,
      width: EXIT_WIDTH,
      height: BRIDGE_HEIGHT,
    })
    place(sheet, `physical:${name}/${key}`, {
      x: left + 20,
      y: top + 108,
      width: EXIT_WIDTH - 40,
      height: 40,
    })
  }
  // Ports between bridges stand at the bridge they are in, in line with the bridge they lead to.
  const tabs = model.elements.filter(
    one => one.node === name && (one.kind === 'patch' || one.kind === 'tunnel'),
  )
  const taken = new Map<string, number>()
  for (const tab of tabs) {
    const inside = sheet.boxes.get(tab.inside ?? '')
    if (!inside) continue
    const [, far = ''] = />bridge:(.+)$/.exec(tab.id) ?? []
    const isInner = tab.inside === `br-int:${name}`
    const slot = Math.max(0, tab.kind === 'tunnel' ? 0 : isInner ? exits.indexOf(far) : -1)
    const anchor = isInner ? leftOf(slot) : inside.x
    const spot = `${tab.inside} ${isInner ? slot : ''}`
    const nth = taken.get(spot) ?? 0
    taken.set(spot, nth + 1)
    // A second port in one spot leaves a part of the first to be seen.
    const y = isInner ? barTop + BAR_HEIGHT : inside.y - TAB_HEIGHT
    place(
      sheet,
      tab.id,
      { x: anchor + nth * 14, y: y + nth * 6, width: EXIT_WIDTH - nth * 14, height: TAB_HEIGHT },
      true,
    )
  }
  const management = model.elements.filter(one => one.node === name && one.type === 'management')
  for (const [at, link] of management.entries())
    place(sheet, link.id, { x: x + NODE_WIDTH - PAD - (at + 1) * 140, y: 10, width: 134, height: 32 })
}
