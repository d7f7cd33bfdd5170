import { joined } from '../core/text.ts'
import { clean, cleanLine } from './clean.ts'
import { detailsOf } from './details.ts'
import { hopLine } from './hops.ts'
import { type Case, loadBuilder, type Suite, suitesXml } from './junit-builder.ts'
import { writeReport } from './report-file.ts'
import { countedStages, sumOf } from './tally.ts'
import type { Closing, JudgedClaim, Teller } from './teller.ts'
import { COLON, stageTitle, WORD, whyWaits } from './wording.ts'

const STACK_LIMIT = 8000

/** A check as JUnit XML: a suite a stage, a case a claim. */
export const junitXml = (closing: Closing, startedAt: Date): Promise<string> =>
  suitesXml(closing.lesson.id, startedAt, suitesOf(closing))

/** The suites of one check, for a report of its own or one of many checks. */
export function suitesOf(closing: Closing): (Suite & { properties: NonNullable<Suite['properties']> })[] {
  const { lesson, lab, lang, recorded, witnesses = [] } = closing
  const counted = countedStages(closing.stages).map(({ stage }) => stage)
  return closing.stages.map(({ stage, claims }) => ({
    name: `${lesson.id} · ${stageTitle(stage)[lang]}`,
    durationMs: claims.reduce((sum, { judgement }) => sum + judgement.durationMs, 0),
    properties: {
      lesson: lesson.id,
      stage: stage.id,
      lab,
      lang,
      points: String(sumOf(claims).points),
      maxPoints: String(sumOf(claims).maxPoints),
      extra: stage.extra ? 'true' : undefined,
      recorded: recorded?.takenAt,
      witnesses: witnesses.length > 0 ? joined(witnesses)[lang] : undefined,
    },
    cases: claims.map(judged => ({
      className: `${lesson.id}.${stage.id}`,
      name: judged.claim.title[lang],
      durationMs: judged.judgement.durationMs,
      ...(counted.includes(stage) ? verdictOf(judged, lang) : asExtra(verdictOf(judged, lang), lang)),
    })),
  }))
}

type Told = Omit<Case, 'className' | 'name'>

/** A lesson is complete without its extra stages: what does not hold there is skipped, and told beside it. */
function asExtra({ verdict, body, aside }: Told, lang: Closing['lang']): Told {
  if (verdict === 'holds' || verdict === 'waits') return { verdict, ...(aside && { aside }) }
  return { verdict: 'waits', aside: [WORD[verdict][lang], body, aside].filter(Boolean).join('\n') }
}

function verdictOf(judged: JudgedClaim, lang: Closing['lang']): Told {
  const { verdict, bug, hops } = judged.judgement
  const details = detailsOf(judged, lang)
  const body = details.map(({ label, value }) => `${label}${COLON[lang]}${value}`).join('\n')
  const message = details
    .filter(({ key }) => key === 'expected' || key === 'saw' || key === 'why')
    .map(({ label, value }) => `${label}${COLON[lang]}${value.replaceAll('\n', ' ')}`)
    .join(' ')
  if (bug !== undefined) {
    const stack = clean(bug, { lang, limit: STACK_LIMIT })
    return { verdict: 'unknown', type: 'defect', message, body: `${body}\n\n${stack}` }
  }
  const why = whyWaits(judged.judgement)
  if (verdict === 'waits') return { verdict, ...(why && { aside: cleanLine(why[lang], { lang }) }) }
  if (verdict === 'holds') return { verdict }
  const path = verdict === 'fails' && hops?.map(hop => hopLine(hop, lang)).join('\n')
  return { verdict, message, body, ...(path && { aside: path }) }
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
