import type { Text } from '../core/text.ts'
import type { StageSpec } from '../lesson/lesson.ts'
import { detailsOf } from './details.ts'
import { drawHops } from './draw-hops.ts'
import { firstBrokenLink } from './first-broken-link.ts'
import { layout } from './layout.ts'
import { nextStep } from './next.ts'
import { printOn, type Screen } from './screen.ts'
import { extraOf, tallyOf } from './tally.ts'
import type { JudgedClaim, Teller } from './teller.ts'
import {
  brokenAt,
  countLine,
  fromRecording,
  labLine,
  leftOver,
  sameReason,
  seenIn,
  stageTitle,
  verdictLine,
  waitTogether,
  whyWaits,
} from './wording.ts'

interface CheckScreen extends Screen {
  /** The command that repeats this check, with the flags it was called with. */
  again?: string
  /** The command that takes away what a lesson built, on the same lab. */
  undo?: (lessonId: string) => string
  /** Below a claim about a packet that did not arrive: its path, hop by hop. */
  explain?: boolean
}

/** A screen is no place for a whole value; the reports have more of it. */
const VALUE_LIMIT = 800
/** A drawn path is wide: it begins where the marks of the claims do. */
const HOPS_INDENT = 4

const undoLine = (lessonId: string) => `npm run undo ${lessonId}`

/** Tells a check on a terminal, claim by claim as the verdicts come. */
export function terminalTeller(screen: CheckScreen): Teller {
  const { lang } = screen
  const page = layout(screen)
  const print = printOn(screen)

  let stages: readonly StageSpec[] = []
  let pointsWidth = 0
  let stageTold: string | undefined
  let hadLabels = false
  let lastReason = ''
  /** Claims of the stage under way that wait: told in one line if the whole stage does. */
  let waiting: { stage: StageSpec; claims: JudgedClaim[] } | undefined
  const reasons = new Map<string, Text>()

  /** What stands below a claim: labelled values, or one quiet line. */
  function below(judged: JudgedClaim): { lines: string[]; hasLabels: boolean } {
    const { claim, judgement } = judged
    const details = detailsOf(judged, lang, VALUE_LIMIT)
    // One dead machine makes many claims unknown: its reason is told once.
    const reason = judgement.verdict === 'unknown' && details.length > 0 ? JSON.stringify(details) : ''
    const isAbove = reason === lastReason
    lastReason = reason
    if (judgement.verdict === 'waits' && judgement.bug === undefined) {
      const why = whyWaits(judgement)
      return { lines: why ? page.aside(why) : [], hasLabels: false }
    }
    const told = reasons.get(reason)
    if (told) return { lines: page.aside(isAbove ? sameReason.above : sameReason.at(told)), hasLabels: false }
    if (reason) reasons.set(reason, claim.title)
    const hops = (screen.explain && judgement.hops) || []
    const lines = [
      ...details.flatMap(detail => page.labelled(detail)),
      ...drawHops(hops, screen, { indent: HOPS_INDENT }),
    ]
    return { lines, hasLabels: details.length > 0 }
  }

  function headed(stage: StageSpec, lines: string[], hasLabels: boolean): void {
    const number = stages.findIndex(one => one.id === stage.id) + 1
    const isNewStage = stage.id !== stageTold
    const above = isNewStage
      ? ['', ...page.stage(String(number || ''), stageTitle(stage))]
      : hadLabels
        ? ['']
        : []
    print([...above, ...lines])
    stageTold = stage.id
    hadLabels = hasLabels
  }

  function tell(stage: StageSpec, judged: JudgedClaim): void {
    const { lines, hasLabels } = below(judged)
    headed(stage, [...page.claim(judged, pointsWidth), ...lines], hasLabels)
  }

  /** A stage nobody has come to yet is one quiet line, not a screenful. */
  function tellWaiting(): void {
    if (!waiting) return
    const { stage, claims } = waiting
    waiting = undefined
    const why = claims[0] && whyWaits(claims[0].judgement)
    if (claims.length === 1 || !why) {
      for (const one of claims) tell(stage, one)
      return
    }
    const points = claims.reduce((sum, { claim }) => sum + claim.points, 0)
    const title = waitTogether(claims.length, why)
    const whole = { claim: { ...claims[0]!.claim, title, points }, judgement: claims[0]!.judgement }
    headed(stage, page.claim(whole, pointsWidth), false)
  }

  return {
    opening({ lesson, lab, recorded }) {
      stages = lesson.stages
      const worths = stages.flatMap(stage => stage.claims.map(({ points }) => `${points}/${points}`.length))
      pointsWidth = Math.max(3, ...worths)
      const about = [labLine(lesson.id, lab), ...(recorded ? [fromRecording(recorded.takenAt)] : [])]
      print(['', ...page.heading(lesson.title, ...about)])
    },

    judged(stage, judged) {
      if (waiting?.stage.id !== stage.id) tellWaiting()
      const isFirst = stage.id !== stageTold && waiting === undefined
      if (judged.judgement.verdict === 'waits' && (isFirst || waiting)) {
        waiting ??= { stage, claims: [] }
        waiting.claims.push(judged)
        return
      }
      const before = waiting?.claims ?? []
      waiting = undefined
      for (const one of [...before, judged]) tell(stage, one)
    },

    closing(closing) {
      tellWaiting()
      const tally = tallyOf(closing)
      const isWhole = closing.stages.length >= closing.lesson.stages.length
      const extra = extraOf(closing)
      const words = verdictLine(closing.verdict, tally, isWhole, extra)
      const step = nextStep(closing, screen.again)
      const broken = firstBrokenLink(closing)
      const summary = page.summary(
        countLine(tally, closing, extra),
        closing.verdict,
        words,
        broken && brokenAt(broken.where),
        step,
      )
      const seenBy = closing.witnesses?.length ? page.note(seenIn(closing.witnesses)) : []
      const left = (closing.leftovers ?? []).flatMap(one =>
        page.advice(leftOver(one), (screen.undo ?? undoLine)(one.lesson.id)),
      )
      print(['', ...seenBy, ...summary, ...left, ''])
    },
  }
}
