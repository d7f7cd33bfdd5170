import { CannotLook } from '../core/errors.ts'
import { text } from '../core/text.ts'
import type { Judgement } from '../core/verdict.ts'
import { judgeLesson } from '../judge/judge-lesson.ts'
import type { Taught } from '../judge/proof.ts'
import type { ClaimSpec, Lesson } from '../lesson/lesson.ts'
import type { Looker } from '../look/evidence.ts'
import type { Leftover } from '../tell/teller.ts'

/**
 * What stands in the way of a lesson since another one built it: claims that fail here, and hold as the other lesson
 * has them (its address in the same namespace, its switch). Nobody pings for it.
 */
export async function leftoversIn(
  judgements: ReadonlyMap<string, Judgement>,
  others: Taught[],
  looker: Looker,
  signal: AbortSignal,
): Promise<Leftover[]> {
  const failing = [...judgements].filter(([, { verdict }]) => verdict === 'fails').map(([id]) => id)
  const found = await Promise.all(
    others.map(async ({ lesson, proofs }): Promise<Leftover> => {
      const stages = withWhatTheyNeed(lesson, failing)
      const judged = await judgeLesson({ ...lesson, stages }, proofs, quiet(looker), {
        onJudged: () => undefined,
        signal,
      })
      const claims = stages.flatMap(stage => stage.claims)
      const stands = ({ id }: ClaimSpec) => failing.includes(id) && judged.get(id)?.verdict === 'holds'
      return { lesson, claims: claims.filter(stands) }
    }),
  )
  return found.filter(one => one.claims.length > 0 && !found.some(other => explains(other, one)))
}

/** True when all that looks like the one is the other's, and more: lessons have namespaces and addresses in common. */
const explains = (other: Leftover, one: Leftover): boolean => {
  const ids = other.claims.map(({ id }) => id)
  return ids.length > one.claims.length && one.claims.every(({ id }) => ids.includes(id))
}

/** The lesson's stages with these claims only, and those they come after. */
function withWhatTheyNeed({ stages }: Pick<Lesson, 'stages'>, ids: string[]): Lesson['stages'] {
  const needed = new Set(ids)
  // A claim comes after earlier ones only.
  for (const { id, after } of stages.flatMap(({ claims }) => claims).reverse())
    if (needed.has(id)) for (const one of after) needed.add(one)
  return stages.map(stage => ({ ...stage, claims: stage.claims.filter(({ id }) => needed.has(id)) }))
}

/** Looks at what is there now, without waiting for more and without sending anything. */
const quiet = (looker: Looker): Looker => ({
  lab: looker.lab,
  nodes: looker.nodes,
  get epoch() {
    return looker.epoch
  },
  look: async request => {
    if (request.look === 'traffic') throw new CannotLook(text('not asked', '沒有查看'))
    return looker.look(request)
  },
  changed: () => Promise.reject(new CannotLook(text('not asked', '沒有查看'))),
  close: () => looker.close(),
})
