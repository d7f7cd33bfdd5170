import type { Lang } from '../say/text.ts'
import { clean, cleanLine } from '../tell/clean.ts'
import { cdata, loadBuilder, seconds, timestamp, xmlOf } from '../tell/junit-builder.ts'
import { writeReport } from '../tell/report-file.ts'
import type { ProofReport } from './report.ts'
import { type Finding, isTrialFinding, PHASES, type TrialFinding } from './result.ts'
import type { Fault } from './trial.ts'
import { words } from './wording.ts'

/**
 * Proofs as JUnit XML: a suite a phase of a lesson, a case a step of it; a suite each two kinds of labs, a case a difference. What is not as it must be is a failure,
 * what could not be tried an error. A link that was not named is told in the case's output: the share decides.
 */
export async function junitProof(
  { proofs, comparisons }: ProofReport,
  lang: Lang,
  endedAt: Date,
): Promise<string> {
  const report = (await loadBuilder()).newBuilder().name('ovn-lab prove')
  const several = new Set(proofs.map(({ labs }) => labs)).size > 1
  for (const { lesson, labs, verdict, findings } of proofs)
    for (const phase of PHASES) {
      const own = findings.filter(finding => finding.phase === phase)
      if (own.length === 0) continue
      const suite = report
        .testSuite()
        .name([lesson.id, ...(several ? [labs] : []), words.phase[phase][lang]].join(' · '))
        .timestamp(timestamp(endedAt))
        .time(seconds(own.reduce((sum, { durationMs }) => sum + durationMs, 0)))
        .property('lesson', lesson.id)
        .property('labs', labs)
        .property('phase', phase)
        .property('verdict', verdict)
      for (const finding of own) {
        const testCase = suite
          .testCase()
          .className(`${lesson.id}.${phase}`)
          .name(cleanLine(isTrialFinding(finding) ? finding.id : finding.title[lang], { lang }))
          .time(seconds(finding.durationMs))
        const told = finding.sentences.map(sentence => clean(sentence[lang], { lang }))
        const body = cdata(about(finding, told, lang).join('\n'))
        const message = told.join('; ').replaceAll('\n', ' ')
        if (finding.verdict === 'fails') testCase.failure(message, 'fails').stacktrace(body)
        else if (finding.verdict === 'unknown') testCase.error(message, 'unknown', body)
        else if (isMissed(finding)) testCase.standardOutput(body)
      }
    }
  for (const { lesson, labs, differences } of comparisons) {
    const suite = report
      .testSuite()
      .name(`${lesson} · ${labs.join(', ')}`)
      .timestamp(timestamp(endedAt))
    for (const { state, claim, part, values, why } of differences) {
      const testCase = suite
        .testCase()
        .className(`${lesson}.${labs[1]}`)
        .name(`${state} · ${claim} · ${part}`)
      if (why) testCase.standardOutput(cdata(clean(why[lang], { lang })))
      else testCase.failure(cleanLine(`${labs[0]}: ${values[0]}; ${labs[1]}: ${values[1]}`), 'differs')
    }
  }
  return xmlOf(report)
}

const isMissed = (finding: Finding): finding is TrialFinding<Fault> & { seen: object } =>
  isTrialFinding(finding) && finding.trial.kind === 'faults' && finding.seen?.isNamed === false

function about(finding: Finding, told: string[], lang: Lang): string[] {
  if (!isTrialFinding(finding)) return told
  const missed = isMissed(finding)
    ? [words.miss(finding.id, finding.trial.link, finding.seen.named)[lang]]
    : []
  return [finding.title[lang], ...told, ...missed].map(line => clean(line, { lang }))
}

/** Writes proofs to `file` as JUnit XML, whole or not at all. */
export async function writeJunit(file: string, report: ProofReport, lang: Lang): Promise<void> {
  writeReport(file, await junitProof(report, lang, new Date()))
}
