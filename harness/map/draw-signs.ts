import type { DrawOptions } from './draw.ts'
import type { Box } from './geometry.ts'
import { isBar, widthEm } from './label.ts'
import type { Layout } from './layout.ts'
import type { Mark, ProbeMark } from './marks.ts'
import type { MapElement } from './model.ts'
import { type Tree, tree } from './tree.ts'

/** The signs of an element: which claims fail there, and when the packet of a probe was heard there. */
export function drawSigns(
  { id, kind }: MapElement,
  { boxes }: Layout,
  { lang, marks = [], probe = [] }: DrawOptions,
): Tree[] {
  const box = boxes.get(id)
  if (!box) return []
  const heard = probe.filter(({ on }) => on === id)
  const own = marks.filter(({ on }) => on === id)
  return [
    // First: a ring around what is said already would hide it.
    ...heard.flatMap(mark => ring(mark, box, isBar(kind))),
    ...heard.flatMap((mark, at) => heardBadge(mark, box, heard.slice(0, at), { lang, isBar: isBar(kind) })),
    ...badges(own, box, marks),
  ]
}

/** The claims that fail at what is only counted, where it is counted. */
export const drawHiddenSigns = ({ more }: Layout, { marks = [] }: DrawOptions): Tree[] =>
  more.flatMap(({ box, ids }) =>
    badges(
      marks.filter(({ on }) => ids.includes(on)),
      box,
      marks,
    ),
  )

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
  { lang, isBar }: { lang: DrawOptions['lang']; isBar: boolean },
): Tree[] {
  const { direction, verdict, heardMs, withinMs } = mark
  const arrow = direction === 'request' ? '→' : '←'
  const lost = lang === 'en' ? 'not captured' : '沒有擷取到'
  const told =
    verdict === 'lost'
      ? `✘ ${lost}`
      : verdict === 'unknown'
        ? '?'
        : heardMs === undefined
          ? '✔'
          : `${withinMs === undefined ? '' : '≈'}${heardMs.toFixed(1)} ms`
  const words = `${arrow} ${told}`
  const wide = 12 + widthEm(words) * 11
  const nth = before.filter(one => one.direction === direction).length
  // At the foot of its box, request to the left and reply to the right of it; in a bar, whose foot bears ports, above.
  const left = direction === 'request' ? x - 4 : Math.max(x + width - wide + 4, x + 68)
  const top = (isBar ? y + 3 : y + height - 3) + nth * 15
  const kind = `${direction} ${verdict}`
  return [
    tree('rect', { class: `pill ${kind}`, x: left, y: top, width: wide, height: 15, rx: 7 }),
    tree('text', { class: 'badge-words', x: left + 6, y: top + 11.5 }, words),
  ]
}

function ring({ direction, verdict }: ProbeMark, { x, y, width, height }: Box, isInside: boolean): Tree[] {
  if (verdict === 'unknown') return []
  // Around a bar it would lie over the names of its ports.
  const inset = (direction === 'request' ? 3 : 6) * (isInside ? -0.7 : 1)
  const size = { width: width + 2 * inset, height: height + 2 * inset }
  return [tree('rect', { class: `ring ${direction} ${verdict}`, x: x - inset, y: y - inset, ...size, rx: 8 })]
}
