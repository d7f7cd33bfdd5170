import { type Text, text } from '../core/text.ts'
import type { Judgement, Verdict } from '../core/verdict.ts'
import { isFulfilled } from '../judge/aside.ts'
import type { ClaimSpec, Lesson } from '../lesson/lesson.ts'
import { comparable } from './comparable.ts'
import { type Observed, observedFrom } from './observed.ts'
import type { Fault, Trial } from './trial.ts'

/** What the check said of a lab something was done to. */
export interface TrialSeen {
  /** By claim id. */
  verdicts: Record<string, Verdict>
  /** The first claim that fails, in the lesson's order. */
  first?: string
  /** What the first failing claim named as `where`. */
  named?: string
  /** The known mistake it took this for, which its hint reacts to. */
  cause?: string
  /** All is as the trial says: exactly the claims of a fault failed, a variation harmed nothing, a lie was not believed. */
  isRight: boolean
  /** Of a fault: the named place is the injected one. */
  isNamed: boolean
  /** What is wrong with the trial or with the claims, a sentence each; empty when it is right. */
  complaints: Text[]
  /** All that was said, to be compared with another lab. */
  observed: Observed
}

type Claims = Pick<ClaimSpec, 'id' | 'after'>[]

/** The claims of a lesson, in its order. */
export const claimsOf = ({ stages }: Pick<Lesson, 'stages'>): ClaimSpec[] =>
  stages.flatMap(stage => stage.claims)

/** What every claim comes to when exactly `fails` fail: those that come after one of them, at any distance, wait. */
export function expectedVerdicts(claims: Claims, fails: string[]): Map<string, Verdict> {
  const verdicts = new Map<string, Verdict>()
  // A claim comes after earlier ones only, so one pass in the lesson's order is enough.
  for (const { id, after } of claims) {
    const waits = after.some(before => verdicts.get(before) !== 'holds')
    verdicts.set(id, waits ? 'waits' : fails.includes(id) ? 'fails' : 'holds')
  }
  return verdicts
}

/** Compares what a check said of a lab something was done to with what must be said of it. */
export function judgeTrial(claims: Claims, trial: Trial, judgements: Map<string, Judgement>): TrialSeen {
  const verdictOf = (id: string) => judgements.get(id)?.verdict ?? 'unknown'
  const failing = claims.filter(({ id }) => verdictOf(id) === 'fails').map(({ id }) => id)
  const [first] = failing
  const { where: named, cause } = judgements.get(first ?? '') ?? {}
  const complaints = [...complaintsAbout(claims, trial, judgements, failing)]
  return {
    verdicts: Object.fromEntries(claims.map(({ id }) => [id, verdictOf(id)])),
    ...(first !== undefined && { first }),
    ...(named !== undefined && { named }),
    ...(cause !== undefined && { cause }),
    isRight: complaints.length === 0,
    isNamed: placesOf(trial).includes(comparable(named) ?? ''),
    complaints,
    observed: observedFrom(judgements),
  }
}

/** Where a first broken link may be: of two mistakes at once, at either. */
const placesOf = (trial: Trial | undefined): string[] =>
  trial?.kind === 'faults' ? [trial.where, ...placesOf(trial.beside)] : []

function complaintsAbout(
  claims: Claims,
  trial: Trial,
  judgements: Map<string, Judgement>,
  failing: string[],
): Iterable<Text> {
  if (trial.kind === 'faults') return complaintsAboutFault(claims, trial, judgements, failing)
  const verdictOf = (id: string) => judgements.get(id)?.verdict ?? 'unknown'
  const crashed = claims.filter(({ id }) => judgements.get(id)?.bug !== undefined)
  if (crashed.length > 0) {
    const ids = crashed.map(({ id }) => id)
    return [text(`crashes the check: ${ids.join(', ')}`, `讓檢查程式當掉：${ids.join('、')}`)]
  }
  if (trial.kind === 'variations') {
    // A claim may wait for one that could not be looked at.
    const mayBeBlind = trial.mayBeUnknown !== undefined && failing.length === 0
    const harmed = mayBeBlind ? undefined : notHolding(claims, judgements)
    return harmed ? [text(`is harmless, but ${harmed.en}`, `沒有害處，但${harmed['zh-TW']}`)] : []
  }
  const believed = trial.mustNotHold.filter(id => verdictOf(id) === 'holds')
  return believed.length === 0
    ? []
    : [text(`is not detected: ${believed.join(', ')} held`, `騙過了檢查：${believed.join('、')} 判為成立`)]
}

function* complaintsAboutFault(
  claims: Claims,
  fault: Fault,
  judgements: Map<string, Judgement>,
  failing: string[],
): Generator<Text> {
  const unknown = claims.filter(({ id }) => (judgements.get(id)?.verdict ?? 'unknown') === 'unknown')
  const [blind] = unknown
  if (blind) {
    const why = judgements.get(blind.id)?.saw
    const ids = unknown.map(({ id }) => id).join(', ')
    yield text(`is unknown: ${ids} (${why?.en})`, `無法查看：${ids}（${why?.['zh-TW']}）`)
    return
  }
  if (failing.length === 0) {
    yield text('breaks nothing: every claim still holds', '沒有破壞任何東西：所有項目仍然成立')
    return
  }
  // Which claims fail was written down of each alone.
  if (fault.beside) return
  const expected = expectedVerdicts(claims, fault.fails)
  const idle = fault.fails.filter(id => expected.get(id) !== 'fails')
  if (idle.length > 0)
    yield text(
      `says that ${idle.join(', ')} fails, which waits for another claim it breaks`,
      `寫著 ${idle.join('、')} 不成立，但它會等待另一個也被破壞的項目`,
    )
  const others = failing.filter(id => !fault.fails.includes(id))
  const [other] = others
  if (other !== undefined) {
    const { where, saw } = judgements.get(other)!
    yield text(
      `breaks another claim: ${others.join(', ')} (${where}: ${saw?.en})`,
      `破壞了別的項目：${others.join('、')}（${where}：${saw?.['zh-TW']}）`,
    )
  }
  const spared = fault.fails.filter(id => !failing.includes(id) && !idle.includes(id))
  if (spared.length > 0)
    yield text(
      `does not break ${spared.map(id => `${id} (${judgements.get(id)?.verdict})`).join(', ')}`,
      `沒有破壞 ${spared.map(id => `${id}（${judgements.get(id)?.verdict}）`).join('、')}`,
    )
}

/** Which claims do not hold that should, in one sentence; undefined where all hold, or are replaced. */
export function notHolding(claims: Claims, judgements: Map<string, Judgement>): Text | undefined {
  const others = claims.filter(({ id }) => !isFulfilled(judgements.get(id)))
  const [first] = others.filter(({ id }) => judgements.get(id)?.verdict !== 'waits')
  if (others.length === 0) return undefined
  const judged = first && judgements.get(first.id)
  const seen = `${first?.id ?? others[0]!.id} ${judged?.verdict}`
  const where = judged?.where === undefined ? '' : ` @ ${judged.where}`
  return text(
    `${others.length} of ${claims.length} claims do not hold, first ${seen}${where}: ${judged?.saw?.en}`,
    `${claims.length} 個項目中有 ${others.length} 個不成立，第一個是 ${seen}${where}：${judged?.saw?.['zh-TW']}`,
  )
}
