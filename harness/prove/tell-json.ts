import type { Lang } from '../core/text.ts'
import { plainIn } from '../tell/clean.ts'
import { claimsOf } from './judge-trial.ts'
import { figuresOf, killsOf, matrixOf, unprovokedIn } from './matrix.ts'
import type { ProofReport } from './report.ts'
import { isTrialFinding, type LessonProof } from './result.ts'

/** Proofs as plain data, schema 1 (prove-report.schema.json). Texts are in one language. */
export function jsonProof({ proofs, unavailable, comparisons, unprovoked }: ProofReport, lang: Lang) {
  const { say, line } = plainIn(lang)
  return {
    schema: 1,
    lang,
    lessons: proofs.map(proof => lessonOf(proof, lang)),
    unavailable: unavailable.map(({ labs, reason }) => ({ labs, reason: say(reason) })),
    comparisons: comparisons.map(({ lesson, labs, statesCount, differences }) => ({
      lesson,
      labs,
      states: statesCount,
      differences: differences.map(({ why, values, ...about }) => ({
        ...about,
        values: values.map(line),
        ...(why && { why: why[lang] }),
      })),
    })),
    unprovoked,
  }
}

function lessonOf(proof: LessonProof, lang: Lang) {
  const { lesson, verdict, isPartial, findings, flips, durationMs } = proof
  const { say, line } = plainIn(lang)
  const claims = claimsOf(lesson)
  const { faults, variations, lies, misses } = figuresOf(findings)
  const kills = killsOf(claims, findings)
  return {
    lesson: lesson.id,
    labs: proof.labs,
    ...(proof.madeOf !== undefined && { madeOf: proof.madeOf }),
    verdict,
    faults,
    variations,
    lies,
    claims: { total: kills.total, proven: kills.proven.length },
    flips,
    durationMs,
    partial: isPartial,
    misses: misses.map(({ fault, expected, named }) => ({ fault, expected, named: line(named) })),
    unproven: kills.unproven,
    redundant: kills.redundant,
    unprovoked: unprovokedIn(claims, findings),
    findings: findings.map(finding => ({
      phase: finding.phase,
      id: finding.id,
      title: line(finding.title),
      verdict: finding.verdict,
      sentences: finding.sentences.map(say),
      durationMs: finding.durationMs,
      ...(isTrialFinding(finding) && {
        // Of a variation: it held.
        caught: finding.seen?.isRight ?? false,
        named: finding.seen?.isNamed ?? false,
      }),
    })),
    matrix: matrixOf(claims, findings),
  }
}
