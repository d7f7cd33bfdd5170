import type { Hop } from '../core/hop.ts'
import type { Lang } from '../core/text.ts'
import { cleanLine, plainIn } from './clean.ts'
import { HOP_SIGN, heardAfter, hopWord } from './wording.ts'

/** What was seen at a hop, on one line: heard or not, when, and the row that decides there. */
export function seenAt({ verdict, saw, heardMs, withinMs, row }: Hop, lang: Lang): string {
  const told = saw ?? (verdict === 'unreached' || verdict === 'unknown' ? hopWord[verdict] : undefined)
  const parts = [told?.[lang], heardMs === undefined ? undefined : heardAfter(heardMs, withinMs)[lang], row]
  return cleanLine(parts.filter(Boolean).join(' · '), { lang })
}

/** A hop on one line, for reports without columns. */
export const hopLine = (hop: Hop, lang: Lang): string =>
  [`${HOP_SIGN[hop.verdict]} ${cleanLine(hop.node)}`, cleanLine(hop.title[lang], { lang }), seenAt(hop, lang)]
    .filter(Boolean)
    .join(' · ')

/** A hop as plain data (explain.schema.json); what has nothing to say is null. */
export function hopJson(hop: Hop, lang: Lang) {
  const { say, line } = plainIn(lang)
  return {
    id: hop.id,
    node: line(hop.node),
    kind: hop.kind,
    title: line(hop.title),
    verdict: hop.verdict,
    saw: say(hop.saw),
    where: line(hop.where),
    row: line(hop.row),
    try: line(hop.try),
    heardMs: hop.heardMs ?? null,
    ...(hop.withinMs !== undefined && { heardWithinMs: hop.withinMs }),
  }
}
