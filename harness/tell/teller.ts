import type { Judgement, Verdict } from '../judge/verdict.ts'
import type { ClaimSpec, Lesson, StageSpec } from '../lesson/lesson.ts'
import type { Lang, Text } from '../say/text.ts'

/** A claim with what it came to. */
export interface JudgedClaim {
  claim: ClaimSpec
  judgement: Judgement
}

/** What every teller learns first. */
export interface Opening {
  /** The whole of it, whatever is checked. */
  lesson: Pick<Lesson, 'id' | 'title' | 'stages'>
  /** The lab's name. */
  lab: string
  lang: Lang
  /** Set where no machine is asked: what is judged was recorded then (ISO 8601, UTC). */
  recorded?: { takenAt: string }
}

/** The whole check, after its last claim. */
export interface Closing extends Opening {
  /** fails if any claim fails; else unknown if any is; else holds. Claims that only wait are no pass either. */
  verdict: Verdict
  points: number
  maxPoints: number
  durationMs: number
  /** What stood behind its verdicts. */
  witnesses?: Text[]
  /** The stages that were checked. */
  stages: { stage: StageSpec; claims: JudgedClaim[] }[]
  /** The first claim that fails in a stage that was not checked, but is waited for. */
  elsewhere?: { stage: StageSpec; claim: ClaimSpec }
}

/**
 * Someone who is told of a check while it runs: terminal, JUnit, JSON, GitHub.
 * A teller is pure output: it never changes a verdict.
 */
export interface Teller {
  opening?(opening: Opening): void
  /** Called in the lesson's order, as soon as this claim and all before it are judged. */
  judged?(stage: StageSpec, judged: JudgedClaim): void
  /** A teller that writes a file may need time; it rejects with BadCall when the file cannot be written. */
  closing(closing: Closing): void | Promise<void>
}
