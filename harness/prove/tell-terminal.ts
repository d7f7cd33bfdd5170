import picocolors from 'picocolors'
import type { Lang, Text } from '../say/text.ts'
import { text } from '../say/text.ts'
import { cleanLine } from '../tell/clean.ts'
import { padEnd, padStart, widthOf, wrap } from '../tell/columns.ts'
import { SIGN } from '../tell/wording.ts'
import { claimsOf } from './judge-fault.ts'
import { type Cell, figuresOf, killsOf, matrixOf } from './matrix.ts'
import { type Finding, isFaultFinding, type LessonProof } from './result.ts'
import { words } from './wording.ts'

/** Where a proof is shown while it runs. */
export interface ProofScreen {
  write: (words: string) => void
  lang: Lang
  colour: boolean
  widthColumns: number
}

/** Signs of the matrix; a claim that holds is a dot, so that rows can be followed with the eye. */
export const CELL_SIGN: Record<Cell, string> = {
  first: '✘',
  fails: 'x',
  waits: '⋯',
  unknown: '?',
  holds: '·',
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
      const name = isFaultFinding(finding) ? `${id}  ${paint.dim(title[lang])}` : title[lang]
      const seconds = paint.dim(`${(durationMs / 1000).toFixed(1)} s`)
      line(`  ${tint[verdict](SIGN[verdict])} ${name}  ${seconds}`)
      for (const sentence of sentences) folded(sentence, 6)
      if (isFaultFinding(finding) && finding.seen?.named !== undefined && !finding.seen.isNamed)
        folded(words.missed(finding.fault.link, finding.seen.named), 6)
    },

    closing(proof: LessonProof): void {
      const claims = claimsOf(proof.lesson)
      const matrix = matrixOf(claims, proof.findings)
      if (matrix.rows.length > 0) {
        line('')
        for (const row of matrixLines(matrix.claims, matrix.rows, lang)) line(`  ${row}`)
      }
      line('')
      const figures = figuresOf(proof.findings)
      const kills = killsOf(claims, proof.findings)
      folded(words.faults(figures), 2)
      for (const { fault, expected, named } of figures.misses) folded(words.miss(fault, expected, named), 4)
      if (!proof.isPartial) {
        folded(words.claims(kills), 2)
        if (kills.unproven.length > 0) folded(words.unproven(kills.unproven), 4)
        if (kills.redundant.length > 0) folded(words.redundant(kills.redundant), 4)
      }
      folded(words.flips(proof.flips), 2)
      const verdict = words.verdict(proof)
      line(`  ${tint[proof.verdict](`${SIGN[proof.verdict]} ${verdict[lang]}`)}`)
    },
  }
}

/** The matrix: a row a fault, a column a claim, columns numbered, the numbers explained below with their kills. */
export function matrixLines(
  claims: string[],
  rows: { fault: string; cells: Cell[] }[],
  lang: Lang,
): string[] {
  const numbers = claims.map((_, at) => String(at + 1))
  const columnWidth = Math.max(...numbers.map(number => number.length)) + 1
  const faultWidth = Math.max(...rows.map(row => widthOf(row.fault)), widthOf(words.matrix[lang]))
  const cells = (signs: string[]) => signs.map(sign => padStart(sign, columnWidth)).join('')
  const kills = claims.map(
    (_, at) => rows.filter(({ cells: row }) => row[at] === 'fails' || row[at] === 'first').length,
  )
  const claimWidth = Math.max(...claims.map(widthOf))
  return [
    padEnd(words.matrix[lang], faultWidth) + cells(numbers),
    ...rows.map(row => padEnd(row.fault, faultWidth) + cells(row.cells.map(cell => CELL_SIGN[cell]))),
    '',
    ...claims.map(
      (id, at) =>
        `${padStart(numbers[at]!, columnWidth)}  ${padEnd(id, claimWidth)}  ${words.kills(kills[at]!)[lang]}`,
    ),
    '',
    words.legend[lang],
  ]
}

export const running = (labs: number): Text =>
  text(`proving on ${labs} ${labs === 1 ? 'lab' : 'labs'}`, `以 ${labs} 個實驗環境驗證`)
