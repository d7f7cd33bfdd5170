import { sumUp } from '../check/sum-up.ts'
import { LANGS, type Lang, type Text } from '../core/text.ts'
import type { Judgement } from '../core/verdict.ts'
import type { Answers } from '../judge/answers.ts'
import { withoutUnbegun, withReplaced } from '../judge/aside.ts'
import { hintsFor } from '../judge/judge-lesson.ts'
import type { ClaimSpec, Lesson } from '../lesson/lesson.ts'
import type { ClaimState, Line, StageHead, Whole } from '../studio-page/protocol.ts'
import { clean } from '../tell/clean.ts'
import { detailsOf } from '../tell/details.ts'
import { tallyOf } from '../tell/tally.ts'
import { whyWaits } from '../tell/wording.ts'

/** A lesson's stages and claims as the page lists them. */
export const stageHeads = ({ stages }: Pick<Lesson, 'stages'>): StageHead[] =>
  stages.map(({ id, title, extra, claims }) => ({
    id,
    title,
    isExtra: extra === true,
    claims: claims.map(claim => ({
      id: claim.id,
      title: claim.title,
      points: claim.points,
      isGiven: claim.given === true,
    })),
  }))

/** What is known of each claim, with those set aside that nobody has to fulfil now. */
export function statesOf(
  lesson: Lesson,
  judged: ReadonlyMap<string, Judgement>,
  opened: (claim: string) => number,
  answers?: Answers,
): { claims: Record<string, ClaimState>; whole: Whole | undefined } {
  const judgements = withoutUnbegun(lesson.stages, withReplaced(lesson.stages, judged))
  const specs = lesson.stages.flatMap(({ claims }) => claims)
  const claims = Object.fromEntries(
    specs.flatMap(claim => {
      const judgement = judgements.get(claim.id)
      return judgement
        ? [[claim.id, stateOf(lesson, claim, judgement, { opened: opened(claim.id), answers })]]
        : []
    }),
  )
  return {
    claims,
    whole: specs.every(({ id }) => judgements.has(id)) ? wholeOf(lesson, judgements) : undefined,
  }
}

function wholeOf({ stages }: Lesson, judgements: Map<string, Judgement>): Whole {
  const summed = sumUp(stages, judgements)
  const { verdict, points, maxPoints } = summed
  const tally = tallyOf(summed)
  const claims = tally.holds + tally.fails + tally.unknown + tally.waits
  return { verdict, holds: tally.holds, claims, points, maxPoints }
}

function stateOf(
  lesson: Lesson,
  claim: ClaimSpec,
  judgement: Judgement,
  { opened, answers }: { opened: number; answers: Answers | undefined },
): ClaimState {
  const { verdict, aside, hops, hint: _, ...rest } = judgement
  const hints = verdict === 'fails' ? hintsFor(claim, lesson.causes, judgement) : []
  const isWhole = hints.length > 0 && opened >= hints.length
  const answer = isWhole ? answers?.of(claim.id, judgement) : undefined
  const open = answer ? [...hints.slice(0, -1), answer] : hints.slice(0, opened)
  const why = verdict === 'waits' ? whyWaits(judgement) : undefined
  return {
    verdict,
    ...(aside && { aside }),
    ...(why && { why: cleaned(why) }),
    lines: linesOf({ claim, judgement: { verdict, ...rest } }),
    ...(hops && { hops: hops.map(hop => ({ ...hop, ...(hop.saw && { saw: cleaned(hop.saw) }) })) }),
    hints: open.map(cleaned),
    hintsMax: hints.length,
  }
}

function linesOf(judged: { claim: ClaimSpec; judgement: Judgement }): Line[] {
  const [first, second] = LANGS.map(lang => [lang, detailsOf(judged, lang)] as const)
  const inBoth = (one: string, other: string): Text =>
    ({ [first![0]]: one, [second![0]]: other }) as Record<Lang, string>
  return first![1].map((detail, index) => {
    const other = second![1][index] ?? detail
    return {
      key: detail.key,
      label: inBoth(detail.label, other.label),
      value: inBoth(detail.value, other.value),
      isCommand: detail.isCommand,
    }
  })
}

const cleaned = (words: Text): Text =>
  Object.fromEntries(LANGS.map(lang => [lang, clean(words[lang], { lang })])) as Record<Lang, string>
