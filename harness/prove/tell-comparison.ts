import { joined, same, type Text, text } from '../core/text.ts'
import { COLON, count } from '../tell/wording.ts'
import { type Comparison, type Difference, unexplainedIn } from './compare.ts'

/** A comparison in sentences, a line each: the sum, each difference nobody explained, and the reasons of the others. */
export function comparisonLines(comparison: Comparison): Text[] {
  const { labs, differences, statesCount } = comparison
  const [one, other] = labs
  const open = unexplainedIn(comparison)
  const sum = text(
    `${one} and ${other}, in ${statesCount} states: ${count(differences.length, 'difference', 'differences')}${differences.length > 0 ? `, ${open.length} of them unexplained` : ''}`,
    `${one} 和 ${other}，比較了 ${statesCount} 種狀態：${differences.length} 處不同${differences.length > 0 ? `，其中 ${open.length} 處沒有說明原因` : ''}`,
  )
  return [sum, ...open.map(difference => asLine(difference, labs)), ...reasonsIn(differences)]
}

const PART = {
  verdict: text('verdict', '判定'),
  where: text('where', '位置'),
  saw: text('saw', '看到'),
} satisfies Record<Difference['part'], Text>

const asLine = (
  { state, claim, part, values: [here, there] }: Difference,
  [one, other]: [string, string],
): Text =>
  text(
    `  ${state} · ${claim} · ${PART[part].en}: ${one} "${here}", ${other} "${there}"`,
    `  ${state} · ${claim} · ${PART[part]['zh-TW']}：${one}「${here}」，${other}「${there}」`,
  )

/** Each reason once, with the states it is about. */
function reasonsIn(differences: Difference[]): Text[] {
  const byReason = new Map<string, { why: Text; states: Set<string> }>()
  for (const { state, why } of differences) {
    if (!why) continue
    const entry = byReason.get(why.en) ?? { why, states: new Set() }
    entry.states.add(state)
    byReason.set(why.en, entry)
  }
  return [...byReason.values()].map(({ why, states }) =>
    joined(['  ', joined([...states]), COLON, why], same('')),
  )
}
