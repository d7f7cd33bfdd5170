import { joined, type Text, text } from '../core/text.ts'
import type { Judgement, Verdict } from '../core/verdict.ts'
import type { Lesson } from '../lesson/lesson.ts'
import type { Change, Flip, NodeState } from '../live/live.ts'
import { toldOf } from '../live/naming.ts'
import { notReached } from '../live/not-reached.ts'
import { COLON, count, quoted } from '../tell/wording.ts'

/** What stands for a claim that nobody has come to yet. */
export const NOT_YET: Judgement = {
  verdict: 'unknown',
  saw: text('not inspected yet', '還沒有查看'),
  durationMs: 0,
}

export const LOOKING = text('inspecting …', '查看中…')

export const ended = text('The check has ended.', '檢查已結束。')

export const KEY_WORDS = {
  hint: text('hint', '提示'),
  all: text('all claims', '全部項目'),
  stage: text('this stage', '這個階段'),
  turn: text('stage', '換階段'),
  move: text('claim', '項目'),
  page: text('page', '翻頁'),
  language: text('中文', 'English'),
  again: text('again', '重新查看'),
  quit: text('quit', '離開'),
}

const NOW: Record<Verdict, { one: Text; many: (n: number) => Text }> = {
  holds: {
    one: text('holds now', '成立了'),
    many: n => text(`${count(n, 'claim holds', 'claims hold')} now`, `${n} 項成立了`),
  },
  fails: {
    one: text('fails now', '目前不成立'),
    many: n => text(`${count(n, 'claim fails', 'claims fail')} now`, `${n} 項目前不成立`),
  },
  unknown: {
    one: text('is unknown now', '目前無法查看'),
    many: n => text(`${count(n, 'claim is unknown', 'claims are unknown')} now`, `${n} 項目前無法查看`),
  },
  waits: {
    one: text('waits now', '改為等待中'),
    many: n => text(`${count(n, 'claim waits', 'claims wait')} now`, `${n} 項改為等待中`),
  },
}

const ORDER: Verdict[] = ['holds', 'fails', 'unknown', 'waits']

/** “3 claims hold now, 1 claim fails now”; a single claim is named. */
export function flipWords(flips: Flip[], { stages }: Pick<Lesson, 'stages'>): Text {
  const parts = ORDER.flatMap(verdict => {
    const some = flips.filter(({ to }) => to === verdict)
    if (some.length === 0) return []
    const title = stages.flatMap(({ claims }) => claims).find(({ id }) => id === some[0]!.claim)?.title
    if (some.length > 1 || !title) return [NOW[verdict].many(some.length)]
    const { en, 'zh-TW': zh } = NOW[verdict].one
    return [text(`${quoted(title).en} ${en}`, `${quoted(title)['zh-TW']}${zh}`)]
  })
  return joined(parts, text(', ', '，'))
}

/** “hypervisor: external_ids:ovn-bridge-mappings set”: what tells most of the causes, and how many more there are. */
export function causeWords(causes: Change[]): Text | undefined {
  // A command, and what it wrote, are one.
  const [first, ...others] = new Map(
    causes.map(toldOf).map(change => [`${change.node} ${change.words.en}`, change]),
  ).values()
  if (!first) return undefined
  const more = others.length > 0
  return text(
    `${first.node}${COLON.en}${first.words.en}${more ? ` and ${count(others.length, 'other change', 'other changes')}` : ''}`,
    `${first.node}${COLON['zh-TW']}${first.words['zh-TW']}${more ? `，另有 ${others.length} 項變更` : ''}`,
  )
}

/** A node that cannot be asked. */
export const silentNode = ({ node, reason }: NodeState): Text =>
  reason
    ? text(
        `${node} does not answer${COLON.en}${reason.en}`,
        `${node} 沒有回應${COLON['zh-TW']}${reason['zh-TW']}`,
      )
    : notReached(node)

/** A hint of which more steps can be opened. */
export const hintKey = (opened: number, steps: number): Text =>
  text(`hint ${opened}/${steps}`, `提示 ${opened}/${steps}`)

export const moreLines = (above: number, below: number): Text =>
  text(
    [above > 0 && `${above} more above`, below > 0 && `${below} more below`].filter(Boolean).join(', '),
    [above > 0 && `上面還有 ${above} 行`, below > 0 && `下面還有 ${below} 行`].filter(Boolean).join('，'),
  )

/** A window in which nothing could be read. */
export const tooSmall = (
  { columns, rows }: { columns: number; rows: number },
  least: { columns: number; rows: number },
): Text =>
  text(
    `This window is too small (${columns}×${rows}). Make it ${least.columns}×${least.rows} or larger, or press q and add --plain.`,
    `這個視窗太小（${columns}×${rows}）。請放大到 ${least.columns}×${least.rows} 以上，或按 q 離開後加上 --plain。`,
  )
