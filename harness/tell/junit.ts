import type { TestCase } from 'junit-report-builder'
import { clean, cleanLine } from './clean.ts'
import { detailsOf } from './details.ts'
import { hopLine } from './hops.ts'
import { cdata, loadBuilder, seconds, timestamp, xmlOf } from './junit-builder.ts'
import { writeReport } from './report-file.ts'
import { pointsOf } from './tally.ts'
import type { Closing, JudgedClaim, Teller } from './teller.ts'
import { COLON, waitsFor } from './wording.ts'

const STACK_LIMIT = 8000

/**
 * A check as JUnit XML: a suite a stage, a case a claim; holds passes, fails is a failure, unknown an error, waits
 * is skipped.
 */
export async function junitXml(closing: Closing, startedAt: Date): Promise<string> {
  const { lesson, lab, lang, recorded } = closing
  // Called as a method: the builder's newBuilder needs its `this`.
  const report = (await loadBuilder()).newBuilder().name(lesson.id)
  for (const { stage, claims } of closing.stages) {
    const suite = report
      .testSuite()
      .name(cleanLine(`${lesson.id} · ${stage.title[lang]}`, { lang }))
      .timestamp(timestamp(startedAt))
      .time(seconds(claims.reduce((sum, { judgement }) => sum + judgement.durationMs, 0)))
      .property('lesson', lesson.id)
      .property('stage', stage.id)
      .property('lab', cleanLine(lab))
      .property('lang', lang)
      .property('points', String(claims.reduce((sum, judged) => sum + pointsOf(judged), 0)))
      .property('maxPoints', String(claims.reduce((sum, { claim }) => sum + claim.points, 0)))
    if (recorded) suite.property('recorded', recorded.takenAt)
    if (closing.witnesses?.length)
      suite.property(
        'witnesses',
        closing.witnesses.map(words => words[lang]).join(lang === 'en' ? ', ' : '、'),
      )
    for (const judged of claims) {
      const testCase = suite
        .testCase()
        .className(`${lesson.id}.${stage.id}`)
        .name(cleanLine(judged.claim.title[lang], { lang }))
        .time(seconds(judged.judgement.durationMs))
      tellVerdict(testCase, judged, lang)
    }
  }
  return xmlOf(report)
}

function tellVerdict(testCase: TestCase, judged: JudgedClaim, lang: Closing['lang']): void {
  const { verdict, bug, saw, hops } = judged.judgement
  const details = detailsOf(judged, lang)
  const body = cdata(details.map(({ label, value }) => `${label}${COLON[lang]}${value}`).join('\n'))
  const message = details
    .filter(({ key }) => key === 'expected' || key === 'saw' || key === 'why')
    .map(({ label, value }) => `${label}${COLON[lang]}${value.replaceAll('\n', ' ')}`)
    .join(' ')
  if (bug !== undefined)
    testCase.error(
      message,
      'defect',
      `${body}

${cdata(clean(bug, { lang, limit: STACK_LIMIT }))}`,
    )
  else if (verdict === 'unknown') testCase.error(message, verdict, body)
  else if (verdict === 'fails') {
    testCase.failure(message, verdict).stacktrace(body)
    if (hops) testCase.standardOutput(cdata(hops.map(hop => hopLine(hop, lang)).join('\n')))
  } else if (verdict === 'waits') {
    testCase.skipped()
    if (saw) testCase.standardOutput(cdata(cleanLine(waitsFor(saw)[lang], { lang })))
  }
}

/** Writes the check to `file` as JUnit XML when it is over, whole or not at all. */
export function junitTeller(file: string, now: () => Date = () => new Date()): Teller {
  let startedAt: Date | undefined
  return {
    opening() {
      startedAt = now()
      // Loads while the machines are asked; a failure to load shows at the closing.
      loadBuilder().catch(() => {})
    },
    async closing(closing) {
      writeReport(file, await junitXml(closing, startedAt ?? now()))
    },
  }
}
