import { type Lang, type Text, text } from '../core/text.ts'
import type { Judgement, Verdict } from '../core/verdict.ts'
import type { ClaimSpec, Lesson, StageSpec } from '../lesson/lesson.ts'
import type { Looker } from '../look/evidence.ts'
import { judgeClaim } from './judge-claim.ts'
import { asProvable, type Proofs } from './proof.ts'

export interface JudgeOptions {
  /** Judge this stage only, and quietly what its claims come after. */
  stageId?: string
  /** How many steps of a hint are shown with a failure; 1 unless told. */
  hints?: number
  /** Told of each claim as soon as it is judged, in whatever order that happens. */
  onJudged: (stage: StageSpec, claim: ClaimSpec, judgement: Judgement) => void
  /** Makes another judgement of one that shows a hint to its end: the answer may be tried first. */
  onAnswer?: ((claim: ClaimSpec, judgement: Judgement) => Promise<Judgement>) | undefined
  signal: AbortSignal
}

/**
 * Judges a lesson's claims on a lab, all at once, each as soon as the claims it comes after are judged.
 * Resolves with the judgement of every claim that was judged, by id.
 */
export async function judgeLesson(
  lesson: Pick<Lesson, 'stages'> & Partial<Pick<Lesson, 'topology' | 'causes'>>,
  proofs: Proofs,
  looker: Looker,
  { stageId, hints = 1, onJudged, onAnswer, signal }: JudgeOptions,
): Promise<Map<string, Judgement>> {
  const specs = new Map(lesson.stages.flatMap(stage => stage.claims.map(claim => [claim.id, claim] as const)))
  const underWay = new Map<string, Promise<Judgement>>()

  const judge = (claim: ClaimSpec): Promise<Judgement> => {
    let judgement = underWay.get(claim.id)
    if (!judgement) {
      judgement = judgeAfter(claim)
      underWay.set(claim.id, judgement)
    }
    return judgement
  }

  const judgeAfter = async (claim: ClaimSpec): Promise<Judgement> => {
    const first = await Promise.all(claim.after.map(id => judge(specs.get(id)!)))
    const judgement =
      blockedAfter(claim, specs, first) ??
      (await judgeClaim(asProvable(proofs[claim.id]!), looker, signal, lesson.topology))
    const causes = lesson.causes ?? {}
    const hinted = withHint(claim, causes, judgement, hints)
    const isWhole = hinted.hint && hints >= hintsFor(claim, causes, judgement).length
    return isWhole && onAnswer ? onAnswer(claim, hinted) : hinted
  }

  await Promise.all(
    lesson.stages
      .filter(stage => stageId === undefined || stage.id === stageId)
      .flatMap(stage => stage.claims.map(async claim => onJudged(stage, claim, await judge(claim)))),
  )
  return new Map(
    await Promise.all([...underWay].map(async ([id, judgement]) => [id, await judgement] as const)),
  )
}

/** What a claim comes to without being judged, by the judgements of those it comes after, in their order; undefined where all of them hold. */
export function blockedAfter(
  { after }: ClaimSpec,
  specs: ReadonlyMap<string, ClaimSpec>,
  first: Judgement[],
): Judgement | undefined {
  const index = worst(first.map(judgement => judgement.verdict))
  return index === undefined ? undefined : blockedBy(specs.get(after[index]!)!, first[index]!)
}

/** The index of the verdict that keeps a claim from being judged: one that fails before one we could not look at. */
function worst(verdicts: Verdict[]): number | undefined {
  for (const blocking of ['fails', 'waits', 'unknown'] as const) {
    const index = verdicts.indexOf(blocking)
    if (index >= 0) return index
  }
  return undefined
}

/**
 * A claim that comes after one that does not hold waits for it. After one that could not be looked at
 * it is unknown as well: nothing can be held against the learner there.
 */
function blockedBy(blocker: ClaimSpec, { verdict, saw, where, try: help }: Judgement): Judgement {
  if (verdict !== 'unknown') return { verdict: 'waits', saw: blocker.title, durationMs: 0 }
  return {
    verdict: 'unknown',
    saw: saw ?? text('an earlier claim is unknown', '前面有項目無法查看'),
    ...(where !== undefined && { where }),
    ...(help !== undefined && { try: help }),
    durationMs: 0,
  }
}

/**
 * A learner who is told what is wrong is also given a direction: one for what was seen where the lesson or the course has it.
 * More steps than one are told one a line.
 */
export function withHint(
  claim: ClaimSpec,
  causes: Lesson['causes'],
  judgement: Judgement,
  count: number,
): Judgement {
  const steps = hintsFor(claim, causes, judgement).slice(0, count)
  if (judgement.verdict !== 'fails' || steps.length === 0) return judgement
  const words = (lang: Lang) => steps.map(step => step[lang]).join('\n')
  return { ...judgement, hint: text(words('en'), words('zh-TW')) }
}

/** A cause of two steps has no command of its own: what a lesson's claim says last is what to run there. */
const STEPS_WITHOUT_COMMAND = 2

/** All hints for what was seen, from a direction to the command. */
export const hintsFor = (
  claim: Pick<ClaimSpec, 'reactions' | 'hints'>,
  causes: Lesson['causes'],
  { cause = '' }: Pick<Judgement, 'cause'>,
): Text[] => {
  const told = claim.reactions?.[cause] ?? causes[cause] ?? claim.hints
  const isWithoutCommand = told === causes[cause] && told.length === STEPS_WITHOUT_COMMAND
  return isWithoutCommand ? [...told, ...claim.hints.slice(-1)] : told
}
