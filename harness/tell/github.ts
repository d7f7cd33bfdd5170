import { randomUUID } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import type { Lang } from '../core/text.ts'
import { clean, cleanLine } from './clean.ts'
import { detailsOf } from './details.ts'
import { escapeMarkdown, markdownTable } from './markdown.ts'
import { countedStages, extraOf, pointsOf, tallyOf } from './tally.ts'
import type { Closing, JudgedClaim, Teller } from './teller.ts'
import { noSummary } from './unwritable.ts'
import { COLON, countLine, fromRecording, SIGN, table, verdictLine, WORD, whyWaits } from './wording.ts'

/** GitHub's manual, “Workflow commands for GitHub Actions”: what a message must not hold as it is. */
const escapeMessage = (text: string) =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
/** A property ends at a comma or a colon. */
const escapeProperty = (text: string) => escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C')

const command = (name: 'error' | 'warning' | 'notice', title: string, message: string) =>
  `::${name} title=${escapeProperty(title)}::${escapeMessage(message)}\n`

export interface GithubPlace {
  env: Readonly<Record<string, string | undefined>>
  write: (text: string) => void
  /** Ends the stretch in which the runner obeys nothing; must not be guessable. */
  token?: string
}

/**
 * Annotations on a GitHub Actions run: an error for each claim that fails, a warning for each that could not be
 * looked at, a notice for the whole, and a table on the run's summary page. Undefined when not on GitHub Actions.
 */
export function githubTeller({
  env,
  write,
  token = `ovn-lab-${randomUUID()}`,
}: GithubPlace): Teller | undefined {
  if (!env.GITHUB_ACTIONS || env.GITHUB_ACTIONS === 'false') return undefined
  return {
    opening() {
      // What machines say goes to the same log: from here no line of it is taken for a workflow command.
      write(`::stop-commands::${token}\n`)
    },
    closing(closing) {
      write(`::${token}::\n${annotations(closing)}`)
      if (!env.GITHUB_STEP_SUMMARY) return
      try {
        appendFileSync(env.GITHUB_STEP_SUMMARY, summaryTable(closing))
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code ?? 'EIO'
        write(command('warning', closing.lesson.id, noSummary(code)[closing.lang]))
      }
    },
  }
}

function headline(closing: Closing): string {
  const tally = tallyOf(closing)
  const isWhole = closing.stages.length >= closing.lesson.stages.length
  const extra = extraOf(closing)
  const lines = [verdictLine(closing.verdict, tally, isWhole, extra), countLine(tally, closing, extra)]
  if (closing.recorded) lines.push(fromRecording(closing.recorded.takenAt))
  return lines.map(line => line[closing.lang]).join('\n')
}

function annotations(closing: Closing): string {
  const { lang, lesson } = closing
  const told = countedStages(closing.stages).flatMap(({ claims }) =>
    claims.flatMap(judged => {
      const { verdict, bug } = judged.judgement
      if (bug === undefined && verdict !== 'fails' && verdict !== 'unknown') return []
      const body = detailsOf(judged, lang).map(({ label, value }) => `${label}${COLON[lang]}${value}`)
      const name = bug === undefined && verdict === 'fails' ? 'error' : 'warning'
      return [command(name, cleanLine(judged.claim.title[lang], { lang }), body.join('\n'))]
    }),
  )
  return (
    told.join('') + command('notice', `${lesson.id} · ${cleanLine(lesson.title[lang])}`, headline(closing))
  )
}

function seen(judged: JudgedClaim, lang: Lang): string {
  const { verdict, bug } = judged.judgement
  if (verdict === 'waits' && bug === undefined)
    return cleanLine(whyWaits(judged.judgement)?.[lang] ?? '', { lang })
  const told = detailsOf(judged, lang).filter(({ key }) => key === 'saw' || key === 'why')
  return told.map(({ value }) => value).join('\n')
}

function summaryTable(closing: Closing): string {
  const { lang, lesson } = closing
  const rows = closing.stages.flatMap(({ claims }) =>
    claims.map(judged => {
      const { verdict } = judged.judgement
      return [
        `${SIGN[verdict]} ${WORD[verdict][lang]}`,
        escapeMarkdown(cleanLine(judged.claim.title[lang], { lang })),
        `${pointsOf(judged)}/${judged.claim.points}`,
        escapeMarkdown(seen(judged, lang)),
      ]
    }),
  )
  const head = [table.verdict, table.claim, table.points, table.saw].map(words => words[lang])
  const title = escapeMarkdown(cleanLine(`${lesson.id} · ${lesson.title[lang]}`, { lang }))
  const words = headline(closing)
    .split('\n')
    .map(line => escapeMarkdown(clean(line)))
  return `## ${title}\n\n${words.join('  \n')}\n\n${markdownTable(head, rows)}\n\n`
}
