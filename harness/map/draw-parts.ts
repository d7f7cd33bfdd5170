import { joined, text } from '../core/text.ts'
import { withUnseen } from '../core/unseen.ts'
import type { DrawOptions } from './draw.ts'
import type { Box } from './geometry.ts'
import { MANAGEMENT_PITCH, PAD } from './grid.ts'
import { edgeLabel, factsOf, fitted, halves, inLines, isBar, labelOf, shortNameOf } from './label.ts'
import type { Layout } from './layout.ts'
import { type Mark, type ProbeMark, timeOf } from './marks.ts'
import type { MapEdge, MapElement, MapModel } from './model.ts'
import { type Tree, tree } from './tree.ts'
import { KIND } from './words.ts'

const NAME_SIZE = 12
const FACT_SIZE = 11

/** An element with its name and what is told of it; empty where it has no place. */
export function drawElement(element: MapElement, { boxes }: Layout, options: DrawOptions): Tree {
  const { lang, marks = [], probe = [], isInteractive } = options
  const box = boxes.get(element.id)
  if (!box) return tree('g', {})
  const own = marks.filter(({ on }) => on === element.id)
  const heard = probe.filter(({ on }) => on === element.id)
  const worst = own.find(({ verdict }) => verdict === 'fails') ?? own[0]
  const label = [
    labelOf(element, lang),
    ...own.map(mark => markWords(mark, lang)),
    ...heard.map(mark => heardWords(mark, lang)),
  ]
  const { x, y, width, height } = box
  return tree(
    'g',
    {
      class: [
        element.kind,
        element.isMissing && 'missing',
        element.off && !element.isMissing && 'off',
        worst && `marked ${worst.verdict}`,
      ]
        .filter(Boolean)
        .join(' '),
      'data-element': element.id,
      ...(isInteractive && { tabindex: 0, role: 'button', 'aria-label': label.join('. ') }),
    },
    tree('title', {}, label.join('\n')),
    tree('rect', {
      class: 'box',
      x,
      y,
      width,
      height,
      rx: element.kind === 'wire' ? height / 2 : box.isTab ? 3 : 6,
    }),
    ...(isBar(element.kind) ? [] : wordsIn(element, box, options)),
  )
}

/** What stands in a bar that edges run over: drawn above them. */
export function drawBarWords(element: MapElement, { boxes }: Layout, options: DrawOptions): Tree[] {
  const box = boxes.get(element.id)
  if (!box || !isBar(element.kind)) return []
  const state = element.isMissing ? ' missing' : element.off ? ' off' : ''
  return [
    tree(
      'g',
      { class: `bar-words ${element.kind}${state}`, 'aria-hidden': 'true' },
      ...wordsIn(element, box, options),
    ),
  ]
}

const markWords = ({ claim, saw, verdict }: Mark, lang: DrawOptions['lang']): string =>
  `${verdict === 'fails' ? '✘' : '?'} ${joined([claim, ...(saw ? [saw] : [])], text(': ', '：'))[lang]}`

const heardWords = (
  { title, heardMs, withinMs, saw, direction, verdict }: ProbeMark,
  lang: DrawOptions['lang'],
): string =>
  [
    direction === 'request' ? '→' : '←',
    verdict === 'heard' ? '' : verdict === 'lost' ? '✘' : '?',
    withUnseen(title[lang]),
    timeOf({ heardMs, withinMs }),
    saw ? withUnseen(saw[lang]) : '',
  ]
    .filter(Boolean)
    .join(' ')

function wordsIn(
  element: MapElement,
  { x, y, width, height, titleTop = 18 }: Box,
  { lang }: DrawOptions,
): Tree[] {
  const name = shortNameOf(element, lang)
  const facts = [...typeOf(element), ...factsOf(element, lang)]
  const isPatch = element.kind === 'patch'
  const isTight = isPatch || element.kind === 'namespace'
  const line = (words: string, at: number, size: number, kind: string, left = x + (isTight ? 5 : 8)) =>
    tree('text', { class: kind, x: left, y: at }, fitted(words, x + width - left - (isTight ? 2 : 6), size))
  if (element.kind === 'node') {
    // What comes from above passes on the left; a link that manages the node stands on the right.
    const left = x + 32
    const room = width - 32 - PAD - MANAGEMENT_PITCH - 6
    const [first = '', ...rest] = inLines(facts.join('\u00a0· '), room, FACT_SIZE)
    return [
      tree('text', { class: 'heading', x: left, y: y + 20 }, fitted(name, room, 14)),
      ...[first, rest.join(' ')].map((words, at) =>
        tree('text', { class: 'fact', x: left, y: y + 36 + at * 14 }, fitted(words, room, FACT_SIZE)),
      ),
    ]
  }
  // What holds others says what it is; the place and colour of its parts tell theirs.
  const kind = KIND[element.kind][lang]
  const titled = [name, ...(name === kind || element.kind === 'wire' ? [] : [kind])]
  if (element.kind === 'router')
    return [
      line(titled.join(' · '), y + 18, NAME_SIZE, 'name'),
      line(facts.join(' · '), y + 34, FACT_SIZE, 'fact'),
    ]
  if (element.kind === 'switch')
    return [line([...titled, ...facts].join(' · '), y + titleTop, NAME_SIZE, 'name')]
  if (isBar(element.kind)) {
    const base = y + height / 2 + (element.kind === 'wire' ? 10 : 4)
    const left = x + (element.kind === 'wire' ? 22 : 12)
    return [line([...titled, ...facts].join(' · '), base, NAME_SIZE, 'name', left)]
  }
  if (isPatch && facts.length === 0 && height >= 30) {
    // The names that OVN gives them are long.
    const [one, other] = halves(name, width - 7, FACT_SIZE)
    return [one, other].flatMap((words, at) =>
      words === undefined
        ? []
        : [line(words, y + (other === undefined ? 21 : 14 + at * 14), FACT_SIZE, 'name')],
    )
  }
  const size = isPatch ? FACT_SIZE : NAME_SIZE
  if (facts.length === 0 || height < 30) return [line(name, y + height / 2 + 4, size, 'name')]
  const room = Math.max(1, Math.floor((height - 18) / 14))
  const lines = facts.flatMap(fact => inLines(fact, width - (isTight ? 7 : 14), FACT_SIZE))
  // Each in lines of its own, where there is room; else one behind the other.
  const shown =
    lines.length <= room
      ? lines
      : facts.length > room
        ? [...facts.slice(0, room - 1), facts.slice(room - 1).join(' · ')]
        : facts
  const top = y + (height - (NAME_SIZE + shown.length * 14)) / 2 + 10
  return [
    line(name, top, size, 'name'),
    ...shown.map((fact, at) => line(fact, top + (at + 1) * 14, FACT_SIZE, 'fact')),
  ]
}

/** The type of a logical port, where neither its place nor what is told of it says it. */
const typeOf = ({ kind, type, isMissing }: MapElement): string[] =>
  kind === 'switch-port' && type !== undefined && !isMissing && type !== 'router' && type !== 'localnet'
    ? [withUnseen(type)]
    : []

/** What runs over bars is drawn after them; the rest before everything. */
const isOver = ({ kind }: MapEdge) => kind !== 'wire' && kind !== 'veth' && kind !== 'lower'

/** The edges of one layer, each with a hem that shows which of two that cross lies above. */
export function drawEdges(
  model: MapModel,
  { routes }: Layout,
  { lang, isInteractive }: DrawOptions,
  layer: 'behind' | 'before',
): Tree[] {
  return model.edges
    .filter(edge => isOver(edge) === (layer === 'before'))
    .flatMap(edge => {
      const points = routes.find(({ id }) => id === edge.id)?.points
      if (!points) return []
      const d = points.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join(' ')
      const kind = `${edge.kind}${edge.isMissing ? ' missing' : edge.off ? ' off' : ''}`
      const hasDots = edge.kind === 'bound' || edge.kind === 'mapped'
      return [
        tree(
          'g',
          { 'data-edge': edge.id },
          tree('title', {}, edgeLabel(model, edge, lang)),
          edge.isMissing ? undefined : tree('path', { class: 'casing', d }),
          tree('path', { class: `edge ${kind}`, d }),
          edge.kind === 'tunnel' && !edge.isMissing
            ? tree('path', { class: 'edge tunnel core', d })
            : undefined,
          ...(hasDots
            ? [points[0]!, points.at(-1)!].map(([cx, cy]) =>
                tree('circle', { class: `end-dot ${kind}`, cx: round(cx), cy: round(cy), r: 3 }),
              )
            : []),
          isInteractive && tree('path', { class: 'hit', d }),
        ),
      ]
    })
}

const round = (value: number) => Math.round(value * 10) / 10
