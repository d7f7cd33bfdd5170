import { joined, same, type Text, text } from '../core/text.ts'
import { count, hopWord, inSeconds, SIGN, WORD } from '../tell/wording.ts'
import { type Cell, type Figures, type Kills, MIN_NAMED } from './matrix.ts'
import type { LessonProof, Phase } from './result.ts'
import type { Kind } from './trial.ts'

const percent = (share: number) => `${(share * 100).toFixed(1)} %`

/** Signs of the matrix; a claim that holds is a dot, so that rows can be followed with the eye. */
export const CELL_SIGN: Record<Cell, string> = {
  ...SIGN,
  first: SIGN.fails,
  fails: 'x',
  holds: '·',
}

const KIND: Record<Exclude<Kind, 'faults'>, Text> = {
  variations: text('harmless', '無害'),
  lies: text('a lie', '假象'),
}

/** What a proof says of itself. */
export const words = {
  pageTitle: text('ovn-lab: which fault is caught by which claim', 'ovn-lab：哪個故障由哪個項目抓到'),
  caption: (lesson: string): Text =>
    text(`${lesson}: faults (rows) and claims (columns)`, `${lesson}：故障（列）和項目（欄）`),
  killsHead: text('number of faults that make it fail', '能讓它不成立的故障數'),
  cell: {
    ...WORD,
    first: text('fails first', '最先不成立'),
    unknown: hopWord.unknown,
  } satisfies Record<Cell, Text>,
  phase: {
    lint: text('texts', '文字'),
    untouched: text('untouched machines', '全新的機器'),
    solutions: text('solutions', '解答'),
    faults: text('faults', '故障'),
    variations: text('variations', '無害的變化'),
    lies: text('lies', '假象'),
  } satisfies Record<Phase, Text>,
  running: (kind: string, labs: string[]): Text =>
    text(`proving on ${kind}: ${labs.join(', ')}`, `在 ${kind} 實驗環境 ${labs.join('、')} 上證明`),
  unavailable: (labs: string, reason: Text): Text =>
    text(`not available: ${labs}: ${reason.en}`, `無法使用：${labs}：${reason['zh-TW']}`),
  elsewhere: (why: Text): Text =>
    text(
      `has no effect on these labs, as expected: ${why.en}`,
      `對這種實驗環境沒有影響，符合預期：${why['zh-TW']}`,
    ),
  /** What stands beside a row of the matrix. */
  row: (kind: Kind, title: string): Text =>
    kind === 'faults' ? same(title) : text(`${KIND[kind].en}: ${title}`, `${KIND[kind]['zh-TW']}：${title}`),
  matrix: text('fault \\ claim', '故障 \\ 項目'),
  legend: text(
    '✘ fails first, x fails too, ⋯ waits, · holds, ? unknown',
    '✘ 最先不成立、x 也不成立、⋯ 等待中、· 成立、? 無法查看',
  ),
  kills: (kills: number): Text =>
    kills === 0
      ? text('no fault', '沒有故障能讓它不成立')
      : text(count(kills, 'fault', 'faults'), `${kills} 個故障`),
  missed: (expected: string, named: string): Text =>
    text(
      `named "${named}", but injected was "${expected}"`,
      `指出的是「${named}」，但實際注入的是「${expected}」`,
    ),
  /** Nothing where there are none: no share of nothing. */
  faults: ({ faults, namedShare }: Figures): Text => {
    if (faults.total === 0) return text('', '')
    const least = namedShare < MIN_NAMED
    return text(
      `${faults.caught} of ${faults.total} faults caught; the broken link named in ${faults.named} (${percent(namedShare)}${least ? `, at least ${percent(MIN_NAMED)} must be` : ''})`,
      `${faults.total} 個故障中抓到 ${faults.caught} 個；正確指出斷掉的環節 ${faults.named} 個（${percent(namedShare)}${least ? `，至少要 ${percent(MIN_NAMED)}` : ''}）`,
    )
  },
  /** Variations and lies, where there are any. */
  others: ({ variations, lies }: Figures): Text => {
    const told = [
      variations.total > 0 &&
        text(
          `${variations.held} of ${variations.total} variations hold`,
          `${variations.total} 個無害的變化中有 ${variations.held} 個判為成立`,
        ),
      lies.total > 0 &&
        text(`${lies.caught} of ${lies.total} lies caught`, `${lies.total} 個假象中識破 ${lies.caught} 個`),
    ]
    return joined(
      told.filter(said => said !== false),
      text('; ', '；'),
    )
  },
  miss: (fault: string, expected: string, named: string | undefined): Text =>
    text(
      `miss: ${fault}: expected "${expected}", named ${named === undefined ? 'nothing' : `"${named}"`}`,
      `未指出：${fault}：預期「${expected}」，實際指出${named === undefined ? '：無' : `「${named}」`}`,
    ),
  claims: ({ total, proven }: Kills): Text =>
    text(
      `${proven.length} of ${total} claims are shown to fail by a fault or a lie`,
      `${total} 個項目中，有 ${proven.length} 個已由故障或假象證明會不成立`,
    ),
  unproven: (ids: string[]): Text =>
    text(
      `unproven, no fault or lie makes them fail: ${ids.join(', ')}`,
      `未經證明（沒有故障或假象能讓它們不成立）：${ids.join('、')}`,
    ),
  redundant: (ids: string[]): Text =>
    text(
      `redundant, never the first to fail: ${ids.join(', ')}`,
      `多餘（從來不是最先不成立的）：${ids.join('、')}`,
    ),
  unprovoked: (causes: string[]): Text =>
    text(
      `hints that no fault provokes: ${causes.join(', ')}`,
      `沒有任何故障會引出的提示：${causes.join('、')}`,
    ),
  unprovokedOfCourse: (causes: string[]): Text =>
    text(
      `hints of the course that no fault of any lesson provokes: ${causes.join(', ')}`,
      `整個課程沒有任何故障會引出的提示：${causes.join('、')}`,
    ),
  flips: (flips: number): Text =>
    text(`${count(flips, 'verdict', 'verdicts')} flipped`, `有 ${flips} 個判定前後不一`),
  verdict({ verdict, lesson: { id }, durationMs, isPartial }: LessonProof): Text {
    const seconds = `${inSeconds(durationMs)} s`
    const part = isPartial ? text(' (in part)', '（部分）') : text('', '')
    switch (verdict) {
      case 'holds':
        return text(
          `${id} is proven${part.en}, in ${seconds}`,
          `${id} 已證明${part['zh-TW']}，費時 ${seconds}`,
        )
      case 'fails':
        return text(`${id} is not proven, in ${seconds}`, `${id} 未能證明，費時 ${seconds}`)
      case 'waits':
        return text(
          `${id} is valid, but not proven yet: it has no faults (lessons/${id}/faults/*.yaml)`,
          `${id} 內容正確，但尚未經過證明：還沒有任何故障（lessons/${id}/faults/*.yaml）`,
        )
      default:
        return text(
          `${id} could not be proven completely: not everything could be tried, in ${seconds}`,
          `無法完整證明 ${id}：有些部分沒能嘗試，費時 ${seconds}`,
        )
    }
  },
}
