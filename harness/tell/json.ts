import { clean, plainIn } from './clean.ts'
import { firstBrokenLink } from './first-broken-link.ts'
import { hopJson } from './hops.ts'
import { asJson } from './report-file.ts'
import { extraOf, pointsOf } from './tally.ts'
import { type Closing, fileTeller, type JudgedClaim, type Teller } from './teller.ts'
import { defect } from './wording.ts'

const STACK_LIMIT = 8000

/** A check as plain data, schema 1 (report.schema.json). Texts are in the check's language; what has nothing to say is null. */
export function jsonReport(closing: Closing) {
  const { lesson, lab, lang, verdict, points, maxPoints } = closing
  const { say, line } = plainIn(lang)
  const broken = firstBrokenLink(closing)
  const extra = extraOf(closing)
  const claim = (judged: JudgedClaim) => {
    const { judgement } = judged
    const { bug } = judgement
    return {
      id: judged.claim.id,
      title: line(judged.claim.title),
      verdict: judgement.verdict,
      ...(judgement.aside && { aside: judgement.aside }),
      points: pointsOf(judged),
      maxPoints: judged.claim.points,
      expected: say(judgement.expected),
      saw: say(bug === undefined ? judgement.saw : defect),
      where: line(judgement.where),
      try: line(judgement.try),
      hint: say(judgement.hint),
      ...(judgement.hops === undefined ? {} : { hops: judgement.hops.map(hop => hopJson(hop, lang)) }),
      durationMs: Math.round(judgement.durationMs),
      ...(bug === undefined ? {} : { bug: clean(bug, { lang, limit: STACK_LIMIT }) }),
    }
  }
  return {
    schema: 1,
    lesson: lesson.id,
    lab: line(lab),
    lang,
    ...(closing.recorded && { recorded: closing.recorded }),
    verdict,
    points,
    maxPoints,
    ...(extra && { extra }),
    durationMs: Math.round(closing.durationMs),
    ...(closing.witnesses && { witnesses: closing.witnesses.map(words => words[lang]) }),
    firstBrokenLink: broken ? { claim: broken.claim, where: line(broken.where), saw: say(broken.saw) } : null,
    ...(closing.leftovers && {
      leftovers: closing.leftovers.map(({ lesson: { id }, claims }) => ({
        lesson: id,
        claims: claims.map(({ title }) => line(title)),
        undo: `npm run undo ${id}`,
      })),
    }),
    stages: closing.stages.map(({ stage, claims }) => ({
      id: stage.id,
      title: line(stage.title),
      ...(stage.extra && { extra: true }),
      claims: claims.map(claim),
    })),
  }
}

/** Writes the check to `file` as JSON when it is over, whole or not at all. */
export const jsonTeller = (file: string): Teller => fileTeller(file, closing => asJson(jsonReport(closing)))
