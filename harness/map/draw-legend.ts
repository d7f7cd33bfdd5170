import { joined, type Lang, same, type Text, text } from '../core/text.ts'
import { withUnseen } from '../core/unseen.ts'
import { numberOf } from './draw-signs.ts'
import { MARGIN } from './geometry.ts'
import { fitted, inLines } from './label.ts'
import type { Layout } from './layout.ts'
import type { Mark, ProbeMark } from './marks.ts'
import type { MapModel } from './model.ts'
import { type Tree, tree } from './tree.ts'

const LINE = 18
const SIZE = 12

/** What the signs mean that the map bears, and each claim that is marked on it. */
export function drawLegend(
  { elements, edges, blind }: MapModel,
  { x, y, width, height }: Layout,
  { lang, marks, probe }: { lang: Lang; marks: readonly Mark[]; probe: readonly ProbeMark[] },
): { tree: Tree; height: number } {
  const claims = marks.filter((mark, at) => marks.findIndex(({ claim }) => claim.en === mark.claim.en) === at)
  const signs: Text[] = [
    ...([...elements, ...edges].some(({ isMissing }) => isMissing) ? [SIGNS.missing] : []),
    ...([...elements, ...edges].some(({ off, isMissing }) => off && !isMissing) ? [SIGNS.off] : []),
    ...(probe.length > 0 ? [SIGNS.probe] : []),
  ]
  const room = width - 2 * MARGIN
  const lines = [
    ...(signs.length > 0 ? [{ words: joined(signs, same(' · ')) }] : []),
    ...claims.flatMap(mark => claimLines(mark, numberOf(mark, marks))),
    ...blind.map(({ where, reason }) => ({ words: joined([`? ${where}`, reason], text(': ', '：')) })),
  ].flatMap(({ words, indent = 0 }: Line) =>
    inLines(withUnseen(words[lang]), room - indent, SIZE).map((line, at) => ({
      words: line,
      indent: at === 0 ? indent : 24,
    })),
  )
  return {
    tree: tree(
      'g',
      { class: 'legend' },
      ...lines.map(({ words, indent }, at) =>
        tree(
          'text',
          { x: x + MARGIN + indent, y: y + height + at * LINE + 4 },
          fitted(words, room - indent, SIZE),
        ),
      ),
    ),
    height: lines.length * LINE,
  }
}

interface Line {
  words: Text
  indent?: number
}

const SIGNS = {
  missing: text('dashed: the lesson still misses it', '虛線：這一課尚缺'),
  off: text('dotted: there, but not working', '點線：存在，但目前沒有作用'),
  probe: text('→ request, ← reply: when it was captured there', '→ request、← reply：在該處擷取到的時間'),
}

function claimLines({ claim, saw, where, verdict }: Mark, number: number): Line[] {
  const more = [...(saw ? [saw] : []), ...(where === undefined ? [] : [where])]
  return [
    { words: joined([`${verdict === 'fails' ? '✘' : '?'}${number}`, claim], same(' ')) },
    ...(more.length > 0 ? [{ words: joined(more, same(' — ')), indent: 24 }] : []),
  ]
}
