import type { Builder, TestCase } from 'junit-report-builder'
import type { Verdict } from '../core/verdict.ts'
import { cleanLine } from './clean.ts'

/** One thing that was judged: of a check a claim, of a proof a step of it. Its texts are cleaned, but for its name. */
export interface Case {
  className: string
  name: string
  durationMs?: number
  /** holds passes, fails is a failure, unknown an error, waits is skipped. */
  verdict: Verdict
  /** What kind of failure or error it is; the verdict unless told. */
  type?: string
  /** Why, on one line; and at length. */
  message?: string
  body?: string
  /** What is told beside its verdict. */
  aside?: string
}

/** Cases that belong together. */
export interface Suite {
  name: string
  durationMs?: number
  /** When it began; with the whole unless told. */
  startedAt?: Date
  properties?: Record<string, string | undefined>
  cases: Case[]
}

/** Loading the library takes longer than a whole look at a machine, so only those who want a report pay for it. */
export async function loadBuilder(): Promise<Builder> {
  const { default: builder } = await import('junit-report-builder')
  // Its types are written for `exports.default`; the module itself exports the builder.
  return builder as unknown as Builder
}

/** Suites as JUnit XML, valid against the common schemas of the format. */
export async function suitesXml(name: string, at: Date, suites: Suite[]): Promise<string> {
  // Called as a method: the builder's newBuilder needs its `this`.
  const report = (await loadBuilder()).newBuilder().name(name)
  for (const { name: title, durationMs, startedAt = at, properties = {}, cases } of suites) {
    // UTC without a zone, as the strict schemas of the format want it.
    const suite = report.testSuite().name(cleanLine(title)).timestamp(startedAt.toISOString().slice(0, 19))
    if (durationMs !== undefined) suite.time(seconds(durationMs))
    for (const [key, value] of Object.entries(properties))
      if (value !== undefined) suite.property(key, cleanLine(value))
    for (const one of cases) tellCase(suite.testCase(), one)
  }
  // The builder counts the skipped on the root too, where schemas of the format do not know the attribute.
  const xml = report.build().replace(/(<testsuites(?:\s+[\w:-]+="[^"]*")*?)\s+skipped="\d+"/, '$1')
  return `${xml.replaceAll(CDATA_END, ']]]]><![CDATA[>')}\n`
}

function tellCase(testCase: TestCase, one: Case): void {
  const { verdict, type = verdict, message = '', body, aside } = one
  testCase.className(one.className).name(cleanLine(one.name))
  if (one.durationMs !== undefined) testCase.time(seconds(one.durationMs))
  if (verdict === 'fails') {
    testCase.failure(message, type)
    if (body !== undefined) testCase.stacktrace(cdata(body))
  } else if (verdict === 'unknown') testCase.error(message, type, cdata(body ?? ''))
  else if (verdict === 'waits') testCase.skipped()
  if (aside !== undefined) testCase.standardOutput(cdata(aside))
}

/**
 * Stands for `]]>` in a body until the report is built: the library splits only the first one of a CDATA section, and
 * a second would end it. Cleaned text never holds this non-character.
 */
const CDATA_END = '\ufdd0'
const cdata = (words: string) => words.replaceAll(']]>', CDATA_END)
/** Schemas of the format allow three decimals. */
const seconds = (ms: number) => Math.round(ms) / 1000
