import type { Trail } from '../look/hop.ts'
import type { Lang } from '../say/text.ts'
import { cleanLine } from './clean.ts'
import { hopJson } from './hops.ts'
import type { Opening } from './teller.ts'

/** Which lab was looked at, and in which language it is told. */
export type ExplainOpening = Pick<Opening, 'lab' | 'recorded'> & { lang: Lang }

/** A path as plain data, schema 1 (explain.schema.json). */
export const trailJson = (trail: Trail, { lab, lang, recorded }: ExplainOpening) => ({
  schema: 1,
  lab: cleanLine(lab),
  lang,
  ...(recorded && { recorded }),
  from: cleanLine(trail.from),
  to: cleanLine(trail.to),
  verdict: trail.verdict,
  hops: trail.hops.map(hop => hopJson(hop, lang)),
  broken: trail.broken ?? null,
  durationMs: Math.round(trail.durationMs),
})
