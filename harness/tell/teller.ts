import type { Lang, Text } from '../core/text.ts'
import type { Judgement, Verdict } from '../core/verdict.ts'
import type { ClaimSpec, Lesson, StageSpec } from '../lesson/lesson.ts'
import { writeReport } from './report-file.ts'

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

/** What of another lesson stands in the way of the one that was checked. */
export interface Leftover {
  lesson: Pick<Lesson, 'id' | 'title'>
  /** Its claims that hold where the same ones of the checked lesson fail. */
  claims: ClaimSpec[]
}

/** The whole check, after its last claim. */
export interface Closing extends Opening {
  /**
   * fails if any claim fails; else unknown if any is; else holds. Claims that only wait are no pass either. Extra stages
   * and what is replaced do not count; of points, extra stages alone.
   */
  verdict: Verdict
  points: number
  maxPoints: number
  durationMs: number
  /** What stood behind its verdicts. */
  witnesses?: Text[]
  /** The stages that were checked. */
  stages: { stage: StageSpec; claims: JudgedClaim[] }[]
  /** The first claim that fails in a stage that was not checked, but is waited for. */
  leftovers?: Leftover[]
  elsewhere?: { stage: StageSpec; claim: ClaimSpec }
}

/**
 * Someone who is told of something while it runs, and of its end: terminal, JUnit, JSON, GitHub, a page.
 * A teller is pure output: it never changes a verdict. `Events`: what happens meanwhile, and what is told of it.
 */
export type TellerOf<Events extends Record<string, unknown[]>, End> = {
  [Event in keyof Events]?: (...about: Events[Event]) => void
} & {
  /** A teller that writes a file may need time; it rejects with BadCall when the file cannot be written. */
  closing(end: End): void | Promise<void>
}

/** Someone who is told of a check: of each claim in the lesson's order, as soon as it and all before it are judged. */
export type Teller = TellerOf<{ opening: [Opening]; judged: [StageSpec, JudgedClaim] }, Closing>

/** Tells every teller the end. Rejects with the first one's error, after all had their turn: no report keeps another from being written. */
export async function closeAll<End>(
  tellers: readonly TellerOf<Record<never, unknown[]>, End>[],
  end: End,
): Promise<void> {
  const told = await Promise.allSettled(tellers.map(async teller => teller.closing(end)))
  const broken = told.find(one => one.status === 'rejected')
  if (broken) throw broken.reason
}

/** One that writes what `render` makes of the end to `file`, whole or not at all. */
export const fileTeller = <End>(file: string, render: (end: End) => string | Promise<string>) => ({
  closing: async (end: End) => writeReport(file, await render(end)),
})
