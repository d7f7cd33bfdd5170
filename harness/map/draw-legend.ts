import { joined, type Lang, type Text, text } from '../core/text.ts'
import { withUnseen } from '../core/unseen.ts'
import { numberOf } from './draw-signs.ts'
import { MARGIN } from './geometry.ts'
import { fitted } from './label.ts'
import type { Layout } from './layout.ts'
import type { Mark, ProbeMark } from './marks.ts'
import type { MapModel } from './model.ts'
import { type Tree, tree } from './tree.ts'

const LINE = 18
const SIZE = 12

/** What the signs mean that the map bears, and each claim that is marked on it. */
export function drawLegend(
  { elements, blind }: MapModel,
  { x, y, width, height }: Layout,
  { lang, marks, probe }: { lang: Lang; marks: readonly Mark[]; probe: readonly ProbeMark[] },
): { tree: Tree; height: number } {
  const claims = marks.filter((mark, at) => marks.findIndex(({ claim }) => claim.en === mark.claim.en) === at)
  const signs: Text[] = [
    ...(elements.some(({ isMissing }) => isMissing) ? [SIGNS.missing] : []),
    ...(elements.some(({ off }) => off) ? [SIGNS.off] : []),
    ...(probe.length > 0 ? [SIGNS.probe] : []),
  ]
  const lines = [
    ...(signs.length > 0 ? [joined(signs, joined([' · ']))] : []),
    ...claims.map(mark => claimLine(mark, numberOf(mark, marks))),
    ...blind.map(({ where, reason }) => text(`? ${where}: ${reason.en}`, `? ${where}：${reason['zh-TW']}`)),
  ]
  const top = y + height
  return {
    tree: tree(
      'g',
      { class: 'legend' },
      ...lines.map((words, at) =>
        tree(
          'text',
          { x: x + MARGIN, y: top + at * LINE + 4 },
          fitted(withUnseen(words[lang]), width - 2 * MARGIN, SIZE),
        ),
      ),
    ),
    height: lines.length * LINE,
  }
}

const SIGNS = {
  missing: text('dashed: the lesson still misses it', '虛線：這一課尚缺'),
  off: text('dotted outline: there, but carries nothing', '點線外框：存在，但目前沒有作用'),
  probe: text('→ request, ← reply: when it was heard there', '→ request、← reply：在該處聽到的時間'),
}

function claimLine({ claim, saw, where, verdict }: Mark, number: number): Text {
  const sign = `${verdict === 'fails' ? '✘' : '?'}${number}`
  const at = where === undefined ? '' : ` (${where})`
  return saw
    ? text(`${sign} ${claim.en}: ${saw.en}${at}`, `${sign} ${claim['zh-TW']}：${saw['zh-TW']}${at}`)
    : text(`${sign} ${claim.en}${at}`, `${sign} ${claim['zh-TW']}${at}`)
}
