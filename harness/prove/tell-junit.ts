import type { Lang } from '../core/text.ts'
import { clean, cleanLine } from '../tell/clean.ts'
import { type Case, type Suite, suitesXml } from '../tell/junit-builder.ts'
import type { Comparison } from './compare.ts'
import type { ProofReport } from './report.ts'
import { type Finding, isTrialFinding, type LessonProof, PHASES, type TrialFinding } from './result.ts'
import type { Fault } from './trial.ts'
import { words } from './wording.ts'

/**
 * Proofs as JUnit XML: a suite a phase of a lesson, a case a step of it; a suite each two kinds of labs, a case a
 * difference. A place that was not named is told in the case's output: the share decides.
 */
export function junitProof({ proofs, comparisons }: ProofReport, lang: Lang, endedAt: Date): Promise<string> {
  const several = new Set(proofs.map(({ labs }) => labs)).size > 1
  return suitesXml('ovn-lab prove', endedAt, [
    ...proofs.flatMap(proof => phasesOf(proof, several, lang)),
    ...comparisons.map(comparison => comparedIn(comparison, lang)),
  ])
}

const phasesOf = ({ lesson, labs, verdict, findings }: LessonProof, several: boolean, lang: Lang): Suite[] =>
  PHASES.map(phase => ({ phase, own: findings.filter(finding => finding.phase === phase) }))
    .filter(({ own }) => own.length > 0)
    .map(({ phase, own }) => ({
      name: [lesson.id, ...(several ? [labs] : []), words.phase[phase][lang]].join(' · '),
      durationMs: own.reduce((sum, { durationMs }) => sum + durationMs, 0),
      properties: { lesson: lesson.id, labs, phase, verdict },
      cases: own.map(finding => ({ className: `${lesson.id}.${phase}`, ...caseOf(finding, lang) })),
    }))

function caseOf(finding: Finding, lang: Lang): Omit<Case, 'className'> {
  const { verdict, durationMs, title, id } = finding
  const told = finding.sentences.map(sentence => clean(sentence[lang], { lang }))
  const isTrial = isTrialFinding(finding)
  const missed = isMissed(finding) && words.miss(id, finding.trial.where, finding.seen.named)[lang]
  const about = isTrial ? [title[lang], ...told, ...(missed ? [missed] : [])] : told
  const body = about.map(line => clean(line, { lang })).join('\n')
  return {
    name: isTrial ? id : title[lang],
    durationMs,
    verdict,
    ...(verdict !== 'holds'
      ? { message: told.join('; ').replaceAll('\n', ' '), body }
      : missed && { aside: body }),
  }
}

const isMissed = (finding: Finding): finding is TrialFinding<Fault> & { seen: object } =>
  isTrialFinding(finding) && finding.trial.kind === 'faults' && finding.seen?.isNamed === false

const comparedIn = ({ lesson, labs, differences }: Comparison, lang: Lang): Suite => ({
  name: `${lesson} · ${labs.join(', ')}`,
  cases: differences.map(({ state, claim, part, values, why }) => ({
    className: `${lesson}.${labs[1]}`,
    name: `${state} · ${claim} · ${part}`,
    ...(why
      ? { verdict: 'holds', aside: clean(why[lang], { lang }) }
      : {
          verdict: 'fails',
          type: 'differs',
          message: cleanLine(`${labs[0]}: ${values[0]}; ${labs[1]}: ${values[1]}`),
        }),
  })),
})
