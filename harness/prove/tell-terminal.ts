import picocolors from 'picocolors'
import type { Lang, Text } from '../say/text.ts'
import { cleanLine } from '../tell/clean.ts'
import { padEnd, padStart, widthOf, wrap } from '../tell/columns.ts'
import { SIGN } from '../tell/wording.ts'
import { gapsOf } from './gaps.ts'
import { claimsOf } from './judge-trial.ts'
import { figuresOf, killsIn, killsOf, type Matrix, matrixOf } from './matrix.ts'
import type { ProofReport } from './report.ts'
import { type Finding, isTrialFinding, type LessonProof } from './result.ts'
import { comparisonLines } from './tell-comparison.ts'
import { CELL_SIGN, words } from './wording.ts'

/** Where a proof is shown while it runs. */
export interface ProofScreen {
  write: (words: string) => void
  lang: Lang
  colour: boolean
  widthColumns: number
}

/** Tells a proof on a terminal: each finding in a line as it comes, then the matrix and the figures. */
export function proofTerminal({ write, lang, colour, widthColumns }: ProofScreen) {
  const paint = picocolors.createColors(colour)
  const tint = { holds: paint.green, fails: paint.red, unknown: paint.yellow, waits: paint.yellow }
  const line = (said: string) => write(`${said}\n`)
  const folded = (said: Text, indent: number) => {
    for (const part of wrap(cleanLine(said[lang], { lang }), Math.max(40, widthColumns - indent), lang))
      line(' '.repeat(indent) + part)
  }

  return {
    opening(lessonId: string, about: Text): void {
      line(`\n  ${paint.bold(lessonId)}  ${paint.dim(about[lang])}`)
    },

    finding(finding: Finding): void {
      const { verdict, id, title, sentences, durationMs } = finding
      const trial = isTrialFinding(finding) ? finding.trial : undefined
      const name = trial ? `${id}  ${paint.dim(title[lang])}` : title[lang]
      const seconds = paint.dim(`${(durationMs / 1000).toFixed(1)} s`)
      line(`  ${tint[verdict](SIGN[verdict])} ${name}  ${seconds}`)
      for (const sentence of sentences) folded(sentence, 6)
      if (!isTrialFinding(finding)) return
      const { seen, isElsewhere } = finding
      if (trial?.kind === 'faults' && seen?.named !== undefined && !seen.isNamed)
        folded(words.missed(trial.link, seen.named), 6)
      if (trial?.onlyOn && isElsewhere) folded(words.elsewhere(trial.onlyOn.why), 6)
    },

    closing(proof: LessonProof): void {
      const claims = claimsOf(proof.lesson)
      const matrix = matrixOf(claims, proof.findings)
      if (matrix.rows.length > 0) {
        line('')
        for (const row of matrixLines(matrix, lang)) line(row && `  ${row}`)
      }
      line('')
      const figures = figuresOf(proof.findings)
      folded(words.faults(figures), 2)
      for (const said of words.others(figures)) folded(said, 2)
      for (const { fault, expected, named } of figures.misses) folded(words.miss(fault, expected, named), 4)
      if (!proof.isPartial) folded(words.claims(killsOf(claims, proof.findings)), 2)
      for (const gap of gapsOf(proof)) folded(gap, 4)
      folded(words.flips(proof.flips), 2)
      if (proof.madeOf !== undefined) line(`  ${paint.dim(proof.madeOf)}`)
      const verdict = words.verdict(proof)
      line(`  ${tint[proof.verdict](`${SIGN[proof.verdict]} ${verdict[lang]}`)}`)
    },

    compared({ unavailable, comparisons }: ProofReport): void {
      if (unavailable.length + comparisons.length > 0) line('')
      for (const { labs, reason } of unavailable) folded(words.unavailable(labs, reason), 2)
      for (const comparison of comparisons)
        for (const said of comparisonLines(comparison)) folded(said, said.en.startsWith(' ') ? 4 : 2)
    },
  }
}

/**
 * The matrix: a row a fault or lie, a column a claim. Columns are numbered from top to bottom, and what the numbers mean
 * stands below, with the kills of each claim.
 */
export function matrixLines(matrix: Matrix, lang: Lang): string[] {
  const { claims, rows } = matrix
  const numbers = claims.map((_, at) => String(at + 1))
  const digits = Math.max(...numbers.map(number => number.length))
  const faultWidth = Math.max(...rows.map(row => widthOf(row.fault)), widthOf(words.matrix[lang]))
  const line = (name: string, signs: string[]) => `${padEnd(name, faultWidth)} ${signs.join(' ')}`
  const header = Array.from({ length: digits }, (_, at) =>
    line(
      at === digits - 1 ? words.matrix[lang] : '',
      numbers.map(number => number.padStart(digits)[at]!),
    ),
  )
  const claimWidth = Math.max(...claims.map(widthOf))
  return [
    ...header,
    // A gap where another kind begins.
    ...rows.flatMap(({ fault, kind, cells }, at) => [
      ...(at > 0 && rows[at - 1]!.kind !== kind ? [''] : []),
      line(
        fault,
        cells.map(cell => CELL_SIGN[cell]),
      ),
    ]),
    '',
    ...killsIn(matrix).map(
      (kills, at) =>
        `${padStart(numbers[at]!, digits)}  ${padEnd(claims[at]!, claimWidth)}  ${words.kills(kills)[lang]}`,
    ),
    '',
    words.legend[lang],
  ].map(row => row.trimEnd())
}
