import { joined } from '../core/text.ts'
import { withUnseen } from '../core/unseen.ts'
import type { DrawOptions } from './draw.ts'
import { factsOf, fitted, labelOf, nameOf } from './label.ts'
import type { Box, Layout } from './layout.ts'
import type { Mark, ProbeMark } from './marks.ts'
import type { ElementKind, MapEdge, MapElement, MapModel } from './model.ts'
import { type Tree, tree } from './tree.ts'
import { edgeWords, MISSING } from './words.ts'

const BARS: ReadonlySet<ElementKind> = new Set(['integration-bridge', 'linux-bridge', 'wire', 'node'])
const NAME_SIZE = 12
const FACT_SIZE = 10.5

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
    ...wordsIn(element, box, options),
    ...heard.flatMap((mark, at) => heardBadge(mark, box, heard.slice(0, at), lang)),
    ...badges(own, box, marks),
  )
}

const markWords = ({ claim, saw, verdict }: Mark, lang: DrawOptions['lang']): string =>
  `${verdict === 'fails' ? '✘' : '?'} ${joined([claim, ...(saw ? [saw] : [])], joined([': ']))[lang]}`

const heardWords = (
  { title, heardMs, saw, direction, verdict }: ProbeMark,
  lang: DrawOptions['lang'],
): string =>
  [
    direction === 'request' ? '→' : '←',
    verdict === 'heard' ? '' : verdict === 'lost' ? '✘' : '?',
    withUnseen(title[lang]),
    heardMs === undefined ? '' : `${heardMs.toFixed(1)} ms`,
    saw ? withUnseen(saw[lang]) : '',
  ]
    .filter(Boolean)
    .join(' ')

function wordsIn(element: MapElement, { x, y, width, height }: Box, { lang }: DrawOptions): Tree[] {
  const name = nameOf(element, lang)
  const facts = factsOf(element, lang)
  const line = (words: string, at: number, size: number, kind: string, left = x + 8) =>
    tree('text', { class: kind, x: left, y: at }, fitted(words, x + width - left - 6, size))
  if (element.kind === 'node')
    return [
      tree('text', { class: 'heading', x: x + 16, y: y + 22 }, fitted(name, width - 320, 14)),
      tree(
        'text',
        { class: 'fact', x: x + 16, y: y + 40 },
        fitted(facts.join(' · '), width - 180, FACT_SIZE),
      ),
    ]
  if (element.kind === 'router')
    return [line(name, y + 18, NAME_SIZE, 'name'), line(facts.join(' · '), y + 34, FACT_SIZE, 'fact')]
  if (element.kind === 'switch') return [line([name, ...facts].join(' · '), y + 52, NAME_SIZE, 'name')]
  if (BARS.has(element.kind)) {
    const base = y + height / 2 + (element.kind === 'wire' ? 10 : 4)
    const left = x + (element.kind === 'wire' ? 22 : 12)
    return [line([name, ...facts].join(' · '), base, NAME_SIZE, 'name', left)]
  }
  if (facts.length === 0) return [line(name, y + height / 2 + 4, NAME_SIZE, 'name')]
  const room = Math.max(1, Math.floor((height - 18) / 14))
  const shown = facts.length > room ? [...facts.slice(0, room - 1), facts.slice(room - 1).join(' · ')] : facts
  const top = y + (height - (NAME_SIZE + shown.length * 14)) / 2 + 10
  return [
    line(name, top, NAME_SIZE, 'name'),
    ...shown.map((fact, at) => line(fact, top + (at + 1) * 14, FACT_SIZE, 'fact')),
  ]
}

/** The numbers of claims, as they stand in the list below the map. */
export const numberOf = (mark: Mark, marks: readonly Mark[]): number =>
  [...new Set(marks.map(({ claim }) => claim.en))].indexOf(mark.claim.en) + 1

function badges(own: readonly Mark[], { x, y, width }: Box, all: readonly Mark[]): Tree[] {
  const shown = own
    .filter((mark, at) => own.findIndex(({ claim }) => claim.en === mark.claim.en) === at)
    .slice(0, 3)
  return shown.flatMap((mark, at) => {
    const words = `${mark.verdict === 'fails' ? '✘' : '?'}${numberOf(mark, all)}`
    const wide = 14 + words.length * 6.6
    const left = x + width - wide + 6 - at * (wide + 2)
    return [
      tree('rect', { class: `badge ${mark.verdict}`, x: left, y: y - 9, width: wide, height: 17, rx: 8 }),
      tree('text', { class: 'badge-words', x: left + 7, y: y + 4 }, words),
    ]
  })
}

function heardBadge(
  mark: ProbeMark,
  { x, y, width, height }: Box,
  before: readonly ProbeMark[],
  lang: DrawOptions['lang'],
): Tree[] {
  const { direction, verdict, heardMs } = mark
  const arrow = direction === 'request' ? '→' : '←'
  const lost = lang === 'en' ? 'not heard' : '沒有聽到'
  const told =
    verdict === 'lost'
      ? `✘ ${lost}`
      : verdict === 'unknown'
        ? '?'
        : heardMs === undefined
          ? '✔'
          : `${heardMs.toFixed(1)} ms`
  const words = `${arrow} ${told}`
  const wide = 12 + [...words].reduce((sum, one) => sum + (/[\u2e80-\uffff]/.test(one) ? 11 : 6.6), 0)
  const nth = before.filter(one => one.direction === direction).length
  // Below its box, request to the left and reply to the right of it.
  const left = direction === 'request' ? x - 4 : Math.max(x + width - wide + 4, x + 68)
  const top = y + height - 7 + nth * 15
  const kind = `${direction} ${verdict}`
  const inset = direction === 'request' ? 3 : 6
  return [
    ...(verdict === 'unknown'
      ? []
      : [
          tree('rect', {
            class: `ring ${kind}`,
            x: x - inset,
            y: y - inset,
            width: width + 2 * inset,
            height: height + 2 * inset,
            rx: 8,
          }),
        ]),
    tree('rect', { class: `heard ${kind}`, x: left, y: top, width: wide, height: 15, rx: 7 }),
    tree('text', { class: 'badge-words', x: left + 6, y: top + 11.5 }, words),
  ]
}

/** What runs over bars is drawn after them; the rest before everything. */
const isOver = ({ kind }: MapEdge) => kind !== 'wire' && kind !== 'veth'

/** The edges of one layer, each with a hem that shows which of two that cross lies above. */
export function drawEdges(
  { elements, edges }: MapModel,
  { routes }: Layout,
  { lang }: DrawOptions,
  layer: 'behind' | 'before',
): Tree[] {
  const nameFor = (id: string) => {
    const element = elements.find(one => one.id === id)
    return element ? nameOf(element, lang) : id
  }
  return edges
    .filter(edge => isOver(edge) === (layer === 'before'))
    .flatMap(edge => {
      const points = routes.find(({ id }) => id === edge.id)?.points
      if (!points) return []
      const d = points.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join(' ')
      const kind = `${edge.kind}${edge.isMissing ? ' missing' : ''}`
      const hasDots = edge.kind === 'bound' || edge.kind === 'mapped'
      const words = `${nameFor(edge.from)}: ${edgeWords[edge.kind](nameFor(edge.to))[lang]}${edge.isMissing ? ` (${MISSING[lang]})` : ''}`
      return [
        tree(
          'g',
          { 'data-edge': edge.id },
          tree('title', {}, words),
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
        ),
      ]
    })
}

const round = (value: number) => Math.round(value * 10) / 10
