import type { Judgement } from '../core/verdict.ts'
import type { ClaimSpec } from '../lesson/lesson.ts'
import type { Mark } from './marks.ts'
import type { MapModel } from './model.ts'
import { placesOf } from './places-of.ts'

/** Where a map bears what claims say: those that fail at the places they name, those that could not be looked at too. */
export function marksOf(
  map: MapModel,
  claims: readonly Pick<ClaimSpec, 'id' | 'title'>[],
  judgements: ReadonlyMap<string, Judgement>,
): Mark[] {
  return claims.flatMap(({ id, title }) => {
    const judgement = judgements.get(id)
    if (!judgement || (judgement.verdict !== 'fails' && judgement.verdict !== 'unknown')) return []
    const { verdict, where, saw } = judgement
    return placesOf(map, judgement).map(on => ({
      on,
      verdict,
      claim: title,
      ...(saw && { saw }),
      ...(where !== undefined && { where }),
    }))
  })
}
