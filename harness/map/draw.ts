import { type Lang, type Text, text } from '../core/text.ts'
import { withUnseen } from '../core/unseen.ts'
import { drawLegend } from './draw-legend.ts'
import { drawBarWords, drawEdges, drawElement } from './draw-parts.ts'
import { drawHiddenSigns, drawSigns } from './draw-signs.ts'
import { fitted } from './label.ts'
import { type Layout, layoutOf } from './layout.ts'
import type { Mark, ProbeMark } from './marks.ts'
import type { MapModel } from './model.ts'
import type { Rows } from './slots.ts'
import { MAP_STYLE } from './style.ts'
import { asText, type Tree, tree } from './tree.ts'

export interface DrawOptions {
  lang: Lang
  marks?: readonly Mark[]
  probe?: readonly ProbeMark[]
  /** The rows of an earlier drawing: what stays keeps its place. */
  before?: Rows
  /** The page has `MAP_STYLE` itself. */
  isUnstyled?: true
  /** Elements can be reached by keyboard and bear the role of a button: the page listens for them by `data-element`. */
  isInteractive?: true
}

export interface Drawing {
  /** Of SVG. */
  tree: Tree
  layout: Layout
}

/** A map as a drawing; the same in a page and in a file. */
export function drawMap(model: MapModel, options: DrawOptions): Drawing {
  const { lang, marks = [], probe = [], isUnstyled, isInteractive } = options
  const layout = layoutOf(model, options.before)
  const legend = drawLegend(model, layout, { lang, marks, probe })
  const { x, y, width } = layout
  const height = layout.height + legend.height
  const svg = tree(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      class: 'ovn-map',
      viewBox: `${x} ${y} ${width} ${height}`,
      width,
      height,
      role: isInteractive ? 'group' : 'img',
      'aria-labelledby': 'ovn-map-title ovn-map-desc',
    },
    tree('title', { id: 'ovn-map-title' }, titleOf(model)[lang]),
    tree('desc', { id: 'ovn-map-desc' }, describe(model, marks)[lang]),
    isUnstyled ? undefined : tree('style', {}, MAP_STYLE),
    tree('rect', { class: 'paper', x, y, width, height }),
    ...layout.frames.map(({ box }) =>
      tree('rect', { class: 'frame', x: box.x, y: box.y, width: box.width, height: box.height, rx: 8 }),
    ),
    ...layout.frames
      .filter(({ id }) => id === 'logical')
      .map(({ box }) => tree('text', { class: 'heading', x: box.x + 12, y: box.y + 20 }, LOGICAL[lang])),
    // Bars first: what leads over them is seen.
    ...drawEdges(model, layout, options, 'behind'),
    ...model.elements.filter(({ kind }) => !isFront(kind)).map(one => drawElement(one, layout, options)),
    ...drawEdges(model, layout, options, 'before'),
    ...model.elements.filter(({ kind }) => isFront(kind)).map(one => drawElement(one, layout, options)),
    ...model.elements.flatMap(one => drawBarWords(one, layout, options)),
    // What is said of a place is hidden by nothing.
    ...model.elements.flatMap(one => drawSigns(one, layout, options)),
    ...layout.more.map(({ box, ids }) =>
      tree(
        'g',
        { class: 'more' },
        tree(
          'title',
          {},
          ids.map(id => withUnseen(model.elements.find(one => one.id === id)?.name ?? '')).join(', '),
        ),
        tree('rect', { class: 'box', x: box.x, y: box.y, width: box.width, height: box.height, rx: 6 }),
        tree(
          'text',
          { class: 'fact', x: box.x + 8, y: box.y + Math.min(24, box.height / 2 + 4) },
          fitted(MORE(ids.length)[lang], box.width - 12, 11),
        ),
      ),
    ),
    ...drawHiddenSigns(layout, options),
    ...(model.elements.some(({ kind }) => kind === 'switch' || kind === 'router')
      ? []
      : layout.frames
          .filter(({ id }) => id === 'logical')
          .map(({ box }) => tree('text', { class: 'fact', x: box.x + 12, y: box.y + 40 }, NOTHING[lang]))),
    legend.tree,
  )
  return { tree: svg, layout }
}

const isFront = (kind: string) =>
  !['integration-bridge', 'linux-bridge', 'bridge', 'wire', 'switch', 'router', 'node'].includes(kind)

/** A map as a file of SVG. */
export const svgOf = (model: MapModel, options: DrawOptions): string =>
  `${asText(drawMap(model, options).tree)}\n`

const LOGICAL = text('Logical network (northbound database)', '邏輯網路（northbound 資料庫）')
const NOTHING = text('no logical switch and no logical router', '沒有 logical switch，也沒有 logical router')
const MORE = (count: number): Text => text(`${count} more, see the list`, `另有 ${count} 個，請看清單`)

export const titleOf = ({ lab, lesson }: MapModel): Text => {
  const name = withUnseen(lab)
  return lesson === undefined
    ? text(`Map of lab ${name}`, `實驗環境 ${name} 的地圖`)
    : text(`Map of lab ${name}, for ${lesson}`, `實驗環境 ${name} 的地圖（${lesson}）`)
}

function describe({ elements }: MapModel, marks: readonly Mark[]): Text {
  const there = elements.filter(({ isMissing }) => !isMissing).length
  const missing = elements.length - there
  const broken = new Set(marks.filter(({ verdict }) => verdict === 'fails').map(({ claim }) => claim.en)).size
  return text(
    `${there} things are there, ${missing} are missing, ${broken} claims fail. The text form of the map tells the same.`,
    `現有 ${there} 個元件，尚缺 ${missing} 個，${broken} 個項目不成立。文字形式的地圖內容相同。`,
  )
}
