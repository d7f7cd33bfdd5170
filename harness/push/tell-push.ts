import { type Text, text } from '../core/text.ts'
import type { PushResult } from './push-grades.ts'

const WORDS: Record<PushResult['outcome'], Text> = {
  pushed: text('pushed', '已送出'),
  unchanged: text('unchanged', '沒有變動'),
  withdrawn: text('withdrawn: ungraded now', '已撤回：目前未評分'),
  ungraded: text('not pushed: ungraded', '未送出：未評分'),
  unmapped: text('not pushed: no LTI user id', '未送出：沒有 LTI 使用者識別碼'),
  refused: text('not pushed', '未送出'),
  unsent: text('not pushed: push again', '未送出：請再送一次'),
  unanswered: text('not known: push again', '不確定：請再送一次'),
}

/** One line for each student, such as `s01: pushed 72.5/100`. What came of a grade stands in words. */
export const pushLines = (results: PushResult[]): Text[] =>
  results.map(({ student, outcome, points, maxPoints, why }) => {
    const { en, 'zh-TW': zh } = WORDS[outcome]
    const grade = outcome === 'pushed' || outcome === 'unchanged' ? ` ${points}/${maxPoints}` : ''
    return text(
      `${student}: ${en}${grade}${why ? ` (${why.en})` : ''}`,
      `${student}：${zh}${grade}${why ? `（${why['zh-TW']}）` : ''}`,
    )
  })
