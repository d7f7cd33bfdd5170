import { type Box, MARGIN, type Sheet, widthFor } from './geometry.ts'
import { byNumber } from './order.ts'

/** Between the logical network and the nodes: room for what joins them. */
export const LANES = 12
export const LANE_PITCH = 7
const LANES_HEIGHT = (LANES + 2) * LANE_PITCH
const PORT_WIDTH = 116
export const PORT_PITCH = PORT_WIDTH + 6
const PORT_HEIGHT = 38
const TOP_HEIGHT = 34
const TITLE_HEIGHT = 30
const SWITCH_HEIGHT = TOP_HEIGHT + TITLE_HEIGHT + PORT_HEIGHT + 8
const SWITCH_GAP = 12
/** A switch has room for so many ports from the start: one that is added moves no other switch. */
const PORTS_MIN = 3
const TOP_WIDTH = 150
const ROUTER_TITLE = 44
const ROUTER_PORT_HEIGHT = 52
const ROUTER_HEIGHT = ROUTER_TITLE + ROUTER_PORT_HEIGHT
const ROUTER_GAP = 30
const PAD = 12

/** Places switches and routers, from the nodes upwards. Returns where they begin. */
export function layLogical(sheet: Sheet): number {
  const { model } = sheet
  const bottom = -LANES_HEIGHT - PAD
  const top = layRouters(sheet, laySwitches(sheet, bottom))
  const frame = {
    x: MARGIN,
    y: top - 30,
    width: widthFor(model.nodes.length),
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
  const width = widthFor(model.nodes.length) - 2 * PAD
  const switches = places.of('switches', idsOf(sheet, 'switch'), reservedIn(sheet, 'ls:'))
  let [x, line] = [0, 0]
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
    const room = Math.max(PORTS_MIN, ports.length, Math.ceil((tops.length * (TOP_WIDTH + 8)) / PORT_PITCH))
    const own_width = room * PORT_PITCH - 6 + 2 * PAD
    if (x > 0 && x + own_width > width) [x, line] = [0, line + 1]
    const box = {
      x: MARGIN + PAD + x,
      y: bottom - SWITCH_HEIGHT - line * (SWITCH_HEIGHT + SWITCH_GAP),
      width: own_width,
      height: SWITCH_HEIGHT,
    }
    if (model.elements.some(one => one.id === id)) boxes.set(id, box)
    const tab = (port: string, tabX: number, y: number, tabWidth: number, height: number) => {
      if (own.some(one => one.id === port))
        boxes.set(port, { x: box.x + PAD + tabX, y, width: tabWidth, height, isTab: true })
    }
    for (const [at, port] of tops.entries()) tab(port, at * (TOP_WIDTH + 8), box.y, TOP_WIDTH, TOP_HEIGHT)
    for (const [at, port] of ports.entries())
      tab(port, at * PORT_PITCH, box.y + SWITCH_HEIGHT - PORT_HEIGHT, PORT_WIDTH, PORT_HEIGHT)
    x += own_width + SWITCH_GAP
  }
  return bottom - SWITCH_HEIGHT - line * (SWITCH_HEIGHT + SWITCH_GAP)
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
      width: widthFor(model.nodes.length) - 2 * PAD,
      height: ROUTER_HEIGHT,
    }
    if (model.elements.some(one => one.id === id)) boxes.set(id, box)
    const own = model.elements.filter(one => one.inside === id && one.kind === 'router-port')
    const loose: string[] = []
    for (const { id: port } of own) {
      // Right above the port of the switch it is joined to.
      const peer = model.edges.find(edge => edge.kind === 'peer' && edge.to === port)?.from
      const below = boxes.get(peer ?? '')
      if (!below) loose.push(port)
      else
        boxes.set(port, {
          x: below.x,
          y: y + ROUTER_TITLE,
          width: TOP_WIDTH + 40,
          height: ROUTER_PORT_HEIGHT,
          isTab: true,
        })
    }
    const rest = places.of(`loose:${id}`, loose.sort(byNumber), [])
    for (const [nth, port] of rest.entries())
      if (loose.includes(port))
        boxes.set(port, {
          x: box.x + box.width - PAD - (nth + 1) * (TOP_WIDTH + 48),
          y: y + ROUTER_TITLE,
          width: TOP_WIDTH + 40,
          height: ROUTER_PORT_HEIGHT,
          isTab: true,
        })
  }
  return bottom - routers.length * (ROUTER_HEIGHT + ROUTER_GAP)
}
