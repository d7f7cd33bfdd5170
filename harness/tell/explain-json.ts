import type { Trail } from '../core/hop.ts'
import type { Lang } from '../core/text.ts'
import { plainIn } from './clean.ts'
import { hopJson } from './hops.ts'
import type { Opening } from './teller.ts'

/** Which lab was looked at, and in which language it is told. */
export type ExplainOpening = Pick<Opening, 'lab' | 'recorded'> & { lang: Lang }

/** A path as plain data, schema 1 (explain.schema.json). */
export function trailJson(trail: Trail, { lab, lang, recorded }: ExplainOpening) {
  const { line } = plainIn(lang)
  return {
    schema: 1,
    lab: line(lab),
    lang,
    ...(recorded && { recorded }),
    from: line(trail.from),
    to: line(trail.to),
    verdict: trail.verdict,
    hops: trail.hops.map(hop => hopJson(hop, lang)),
    broken: trail.broken ?? null,
    ...(trail.answered && { answered: trail.answered }),
    durationMs: Math.round(trail.durationMs),
  }
}
