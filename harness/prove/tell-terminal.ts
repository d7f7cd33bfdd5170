import { type Lang, same, type Text } from '../core/text.ts'
import { cleanLine } from '../tell/clean.ts'
import { padEnd, padStart, widthOf } from '../tell/columns.ts'
import { layout } from '../tell/layout.ts'
import { paints, printOn, type Screen } from '../tell/screen.ts'
import { inSeconds, SIGN } from '../tell/wording.ts'
import { gapsOf } from './gaps.ts'
import { claimsOf } from './judge-trial.ts'
import { figuresOf, killsIn, killsOf, type Matrix, matrixOf } from './matrix.ts'
import type { ProofTeller } from './report.ts'
import { isTrialFinding } from './result.ts'
import { comparisonLines } from './tell-comparison.ts'
import { CELL_SIGN, words } from './wording.ts'

/** Tells a proof on a terminal: each finding in a line as it comes, then the matrix and the figures. */
export function proofTerminal(screen: Screen): Required<ProofTeller> {
  const { lang } = screen
  const { bold, dim, tint: tints, yellow } = paints(screen.colour)
  // What waits in a proof is not proven.
  const tint = { ...tints, waits: yellow }
  const { folded } = layout(screen)
  const print = printOn(screen)

  return {
    opening: (lessonId, about) => print(['', `  ${bold(lessonId)}  ${dim(about[lang])}`]),

    finding(finding) {
      const { verdict, id, title, sentences, durationMs } = finding
      const { trial, seen, isElsewhere } = isTrialFinding(finding) ? finding : {}
      const name = trial ? `${id}  ${dim(title[lang])}` : title[lang]
      print([
        `  ${tint[verdict](SIGN[verdict])} ${name}  ${dim(`${inSeconds(durationMs)} s`)}`,
        ...sentences.flatMap(sentence => withLines(sentence, lang, folded)),
        ...(trial?.kind === 'faults' && seen?.named !== undefined && !seen.isNamed
          ? folded(words.missed(trial.where, seen.named), 6)
          : []),
        ...(trial?.onlyOn && isElsewhere ? folded(words.elsewhere(trial.onlyOn.why), 6) : []),
      ])
    },

    proven(proof) {
      const { findings, isPartial, flips, madeOf, verdict } = proof
      const claims = claimsOf(proof.lesson)
      const matrix = matrixOf(claims, findings)
      const figures = figuresOf(findings)
      print([
        '',
        ...(matrix.rows.length > 0 ? [...matrixLines(matrix, lang).map(row => row && `  ${row}`), ''] : []),
        ...[words.faults(figures), words.others(figures)].flatMap(said => (said.en ? folded(said, 2) : [])),
        ...figures.misses.flatMap(({ fault, expected, named }) =>
          folded(words.miss(fault, expected, named), 4),
        ),
        ...(isPartial ? [] : folded(words.claims(killsOf(claims, findings)), 2)),
        ...gapsOf(proof).flatMap(gap => folded(gap, 4)),
        ...folded(words.flips(flips), 2),
        ...(madeOf === undefined ? [] : [`  ${dim(madeOf)}`]),
        `  ${tint[verdict](`${SIGN[verdict]} ${words.verdict(proof)[lang]}`)}`,
      ])
    },

    closing({ unavailable, comparisons, unprovoked }) {
      if (unavailable.length + comparisons.length + unprovoked.length === 0) return
      print([
        '',
        ...unavailable.flatMap(({ labs, reason }) => folded(words.unavailable(labs, reason), 2)),
        ...comparisons
          .flatMap(comparisonLines)
          .flatMap(said => folded(said, said.en.startsWith(' ') ? 4 : 2)),
        ...(unprovoked.length > 0 ? folded(words.unprovokedOfCourse(unprovoked), 2) : []),
      ])
    },
  }
}

/** A sentence, folded, and the lines below it that are to be copied, each whole however long it is. */
function withLines(sentence: Text, lang: Lang, folded: (words: Text, indent: number) => string[]): string[] {
  const [said = '', ...lines] = sentence[lang].split('\n')
  return [...folded(same(said), 6), ...lines.map(line => ' '.repeat(8) + cleanLine(line, { lang }))]
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
