import { type Box, MARGIN, type Sheet } from './geometry.ts'
import { byNumber } from './order.ts'

/** Between the logical network and the nodes: room for what joins them. */
export const LANES = 12
export const LANE_PITCH = 7
const LANES_HEIGHT = (LANES + 2) * LANE_PITCH
const PORT_WIDTH = 116
export const PORT_PITCH = PORT_WIDTH + 6
const PORT_HEIGHT = 62
export const PORT_LINE = PORT_HEIGHT + 10
/** More lines of ports than these are told as a number. */
const PORT_LINES_MAX = 4
const TOP_HEIGHT = 34
const TITLE_HEIGHT = 30
const SWITCH_HEIGHT = TOP_HEIGHT + TITLE_HEIGHT + PORT_HEIGHT + 8
const SWITCH_GAP = 12
/** A switch has room for so many ports from the start: one that is added moves no other switch. */
const PORTS_MIN = 3
const TOP_WIDTH = 150
const ROUTER_TITLE = 44
const ROUTER_PORT_HEIGHT = 52
const ROUTER_PORT_WIDTH = TOP_WIDTH + 40
const ROUTER_PORT_PITCH = ROUTER_PORT_WIDTH + 8
const ROUTER_HEIGHT = ROUTER_TITLE + ROUTER_PORT_HEIGHT
const ROUTER_GAP = 30
const PAD = 12

/** Places switches and routers, from the nodes upwards. Returns where they begin. */
export function layLogical(sheet: Sheet): number {
  const bottom = -LANES_HEIGHT - PAD
  const top = layRouters(sheet, laySwitches(sheet, bottom))
  const frame = {
    x: MARGIN,
    y: top - 30,
    width: sheet.grid.width,
    height: bottom + PAD - top + 30,
  }
  sheet.frames.push({ id: 'logical', box: frame })
  return frame.y
}

function idsOf({ model }: Sheet, kind: string): string[] {
  return model.elements
    .filter(one => one.kind === kind)
    .sort((one, other) => byNumber(one.name, other.name))
    .map(({ id }) => id)
}

const reservedIn = ({ model }: Sheet, prefix: string): string[] =>
  model.reserved.map(({ id }) => id).filter(id => id.startsWith(prefix))

function laySwitches(sheet: Sheet, bottom: number): number {
  const { model, places, boxes } = sheet
  const width = sheet.grid.width - 2 * PAD
  const switches = places.of('switches', idsOf(sheet, 'switch'), reservedIn(sheet, 'ls:'))
  /** Where the next one stands, how high all lines below it are, and the highest of its own. */
  let [x, above, tallest] = [0, 0, model.reserved.length === 0 ? SWITCH_HEIGHT : 0]
  for (const id of switches) {
    const own = model.elements.filter(one => one.inside === id && one.kind === 'switch-port')
    const isTop = (port: string) =>
      port.startsWith('lsp>') || model.elements.find(one => one.id === port)?.type === 'router'
    const reserved = model.reserved.filter(({ inside }) => inside === id).map(port => port.id)
    const row = (which: (port: string) => boolean) => {
      const ids = own
        .sort(
          (one, other) =>
            Number(one.type === 'localnet') - Number(other.type === 'localnet') ||
            byNumber(one.name, other.name),
        )
        .map(one => one.id)
      return places.of(
        `${which === isTop ? 'tops' : 'ports'}:${id}`,
        ids.filter(which),
        inReadingOrder(reserved.filter(which)),
      )
    }
    const tops = row(isTop)
    const ports = row(port => !isTop(port))
    const least = model.reserved.length === 0 ? PORTS_MIN : Math.min(PORTS_MIN, ports.length + 1)
    const across = Math.floor((width - 2 * PAD + 6) / PORT_PITCH)
    const room = Math.min(
      across,
      Math.max(least, ports.length, Math.ceil((tops.length * (TOP_WIDTH + 8)) / PORT_PITCH)),
    )
    const ownWidth = room * PORT_PITCH - 6 + 2 * PAD
    const portLines = Math.min(PORT_LINES_MAX, Math.max(1, Math.ceil(ports.length / room)))
    const topHeight = model.reserved.length === 0 || tops.length > 0 ? TOP_HEIGHT : 0
    const height = SWITCH_HEIGHT - TOP_HEIGHT + topHeight + (portLines - 1) * PORT_LINE
    if (x > 0 && x + ownWidth > width) [x, above, tallest] = [0, above + tallest + SWITCH_GAP, 0]
    tallest = Math.max(tallest, height)
    const titleTop = topHeight + 18
    const box = { x: MARGIN + PAD + x, y: bottom - above - height, width: ownWidth, height, titleTop }
    if (model.elements.some(one => one.id === id)) boxes.set(id, box)
    const tab = (port: string, tabBox: Omit<Box, 'isTab'>) => {
      if (own.some(one => one.id === port)) boxes.set(port, { ...tabBox, isTab: true })
    }
    const topsMax = Math.floor((ownWidth - 2 * PAD + 8) / (TOP_WIDTH + 8))
    const topBox = (at: number) => ({
      ...{ x: box.x + PAD + at * (TOP_WIDTH + 8), y: box.y, width: TOP_WIDTH, height: TOP_HEIGHT },
    })
    // The first line is nearest to the nodes.
    const portBox = (at: number) => ({
      x: box.x + PAD + (at % room) * PORT_PITCH,
      y: box.y + height - PORT_HEIGHT - Math.floor(at / room) * PORT_LINE,
      ...{ width: PORT_WIDTH, height: PORT_HEIGHT },
    })
    const there = (port: string) => own.some(one => one.id === port)
    for (const [ids, most, boxAt] of [
      [tops, topsMax, topBox],
      [ports, room * PORT_LINES_MAX, portBox],
    ] as const) {
      const shown = ids.length > most ? ids.slice(0, most - 1) : ids
      for (const [at, port] of shown.entries()) tab(port, boxAt(at))
      const hidden = ids.slice(shown.length).filter(there)
      if (hidden.length > 0) sheet.more.push({ box: boxAt(most - 1), ids: hidden })
    }
    x += ownWidth + SWITCH_GAP
  }
  return bottom - above - tallest
}

/** Ports of namespaces as these stand below, from left to right; what leads out comes last. */
const inReadingOrder = (ports: string[]): string[] =>
  [...ports].sort(
    (one, other) =>
      Number(one.startsWith('lsp:localnet')) - Number(other.startsWith('lsp:localnet')) ||
      byNumber(one, other),
  )

function layRouters(sheet: Sheet, bottom: number): number {
  const { model, places, boxes } = sheet
  const routers = places.of('routers', idsOf(sheet, 'router'), reservedIn(sheet, 'lr:'))
  for (const [at, id] of routers.entries()) {
    const y = bottom - (at + 1) * (ROUTER_HEIGHT + ROUTER_GAP)
    const box: Box = {
      x: MARGIN + PAD,
      y,
      width: sheet.grid.width - 2 * PAD,
      height: ROUTER_HEIGHT,
    }
    if (model.elements.some(one => one.id === id)) boxes.set(id, box)
    const own = model.elements.filter(one => one.inside === id && one.kind === 'router-port')
    const placed: Box[] = []
    const isFree = (left: number) => placed.every(other => Math.abs(other.x - left) >= ROUTER_PORT_WIDTH + 4)
    const put = (port: string, left: number) => {
      const own = { x: left, y: y + ROUTER_TITLE, width: ROUTER_PORT_WIDTH, height: ROUTER_PORT_HEIGHT }
      placed.push(own)
      boxes.set(port, { ...own, isTab: true })
    }
    const loose: string[] = []
    for (const { id: port } of own) {
      // Right above the port of the switch it is joined to, where none is yet.
      const peer = model.edges.find(edge => edge.kind === 'peer' && edge.to === port)?.from
      const below = boxes.get(peer ?? '')
      if (below && isFree(below.x)) put(port, below.x)
      else loose.push(port)
    }
    const rest = places.of(`loose:${id}`, loose.sort(byNumber), [])
    const lefts = [...Array(Math.floor(box.width / ROUTER_PORT_PITCH)).keys()]
      .map(nth => box.x + box.width - PAD - (nth + 1) * ROUTER_PORT_PITCH)
      .filter(isFree)
    const hidden: string[] = []
    for (const [nth, port] of rest.entries()) {
      const left = lefts[nth]
      if (!loose.includes(port)) continue
      if (left === undefined) hidden.push(port)
      else put(port, left)
    }
    if (hidden.length > 0)
      sheet.more.push({
        box: { x: box.x + box.width - PAD - TOP_WIDTH, y: y + 4, width: TOP_WIDTH, height: 36 },
        ids: hidden,
      })
  }
  return bottom - routers.length * (ROUTER_HEIGHT + ROUTER_GAP)
}
