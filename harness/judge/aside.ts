import { text } from '../core/text.ts'
import type { Judgement } from '../core/verdict.ts'
import type { StageSpec } from '../lesson/lesson.ts'

type Judgements = ReadonlyMap<string, Judgement>

/** It holds, or what took its place does: in the end nothing more is asked. */
export const isFulfilled = (judgement: Pick<Judgement, 'verdict' | 'aside'> | undefined): boolean =>
  judgement?.verdict === 'holds' || judgement?.aside === 'replaced'

/** Somebody has begun this stage: something of it holds that is not given. */
const isBegun = ({ claims }: StageSpec, judgements: Judgements) =>
  claims.some(({ id, given }) => !given && judgements.get(id)?.verdict === 'holds')

/** Something of it is there and is wrong: who made it is to know that. */
const isTried = ({ claims }: StageSpec, judgements: Judgements) =>
  claims.some(({ id, given }) => !given && judgements.get(id)?.isBegun)

/**
 * The judgements, with those set aside that a later stage has replaced, or is begun to replace: what one stage
 * builds and a later one takes away is asked for only while nothing stands in its place.
 */
export function withReplaced(stages: readonly StageSpec[], judgements: Judgements): Map<string, Judgement> {
  const told = new Map(judgements)
  // From the end: a stage that replaces one may be replaced itself.
  for (const stage of [...stages].reverse()) {
    const successor = stages.find(({ replaces }) => replaces?.includes(stage.id))
    if (!successor) continue
    const isDone = successor.claims.every(({ id }) => isFulfilled(told.get(id)))
    if (!isDone && !isBegun(successor, told)) continue
    const { en, 'zh-TW': zh } = successor.title
    const saw = text(`replaced by “${en}”`, `已由「${zh}」取代`)
    const aside = isDone ? 'replaced' : 'being-replaced'
    for (const { id } of stage.claims) setAside(told, id, aside, saw)
  }
  return told
}

/** The judgements, with the claims of extra stages set aside of which nothing is there yet: nobody has to begin them. */
export function withoutUnbegun(stages: readonly StageSpec[], judgements: Judgements): Map<string, Judgement> {
  const told = new Map(judgements)
  for (const stage of stages)
    if (stage.extra && !isBegun(stage, judgements) && !isTried(stage, judgements))
      for (const { id } of stage.claims) setAside(told, id, 'not-begun', NOT_BEGUN)
  return told
}

const NOT_BEGUN = text('not begun', '還沒開始')

/** What holds goes on to; and what could not be looked at stays unknown while it is still asked for. */
function setAside(
  told: Map<string, Judgement>,
  id: string,
  aside: NonNullable<Judgement['aside']>,
  saw: NonNullable<Judgement['saw']>,
): void {
  const judgement = told.get(id)
  if (judgement === undefined || judgement.verdict === 'holds' || judgement.aside) return
  if (judgement.bug !== undefined || (judgement.verdict === 'unknown' && aside !== 'replaced')) return
  told.set(id, { verdict: 'waits', aside, saw, durationMs: judgement.durationMs })
}
