import type { Text } from '../core/text.ts'
import type { Verdict } from '../core/verdict.ts'
import { cleanLine } from './clean.ts'
import { padEnd, padStart, widthOf, wrap, wrapParts } from './columns.ts'
import type { Detail } from './details.ts'
import { paints, type Screen } from './screen.ts'
import { pointsOf } from './tally.ts'
import type { JudgedClaim } from './teller.ts'
import { LABEL, LOOKING, LOOKING_SIGN, SIGN, WORD } from './wording.ts'

const MARGIN = '  '
/** Longer lines are hard to read back from, and points would stand far from their claim. */
const WIDEST = 100
const NARROWEST = 40
/** Below this the labels move left, to leave their values room. */
const ROOMY = 72

/**
 * Where everything stands on the screen, every part an array of finished lines:
 * a claim is sign, word, title and points; its details are labels and values below the title.
 */
export function layout({ lang, colour, widthColumns }: Pick<Screen, 'lang' | 'colour' | 'widthColumns'>) {
  const { tint, ...paint } = paints(colour)
  const plain = (words: string) => words
  const width = Math.max(NARROWEST, Math.min(widthColumns, WIDEST))
  const wordWidth = Math.max(...Object.values(WORD).map(word => widthOf(word[lang])))
  const labelWidth = Math.max(...Object.values(LABEL).map(label => widthOf(label[lang])))
  const titleColumn = MARGIN.length + 2 + wordWidth + 2

  const fold = (words: Text, columns: number): [string, ...string[]] => {
    const [first = '', ...more] = wrap(cleanLine(words[lang], { lang }), columns, lang)
    return [first, ...more]
  }
  const indented = (lines: string[], columns: number, shown: (words: string) => string) =>
    lines.map(line => ' '.repeat(columns) + shown(line))
  /** A sentence that begins at a column, folded. */
  const folded = (words: Text, indent: number, shown = plain) =>
    indented(fold(words, width - indent), indent, shown)

  return {
    folded,

    /** What stands beside each other with ` · ` between, folded there. */
    parts: (words: Text, indent: number, shown = plain) =>
      indented(wrapParts(cleanLine(words[lang], { lang }), width - indent, lang), indent, shown),

    heading: (title: Text, ...about: Text[]): string[] => [
      ...folded(title, 2, paint.bold),
      ...about.flatMap(words => folded(words, 2, paint.dim)),
    ],

    stage(number: string, title: Text): string[] {
      const [first, ...more] = fold(title, width - 3 - number.length)
      return [`${MARGIN}${number} ${paint.bold(first)}`, ...indented(more, 4, paint.bold)]
    },

    /** `isStale`: it is being looked at for something that changed, so that no verdict stands in its line. */
    claim(judged: JudgedClaim, pointsWidth: number, isStale = false): string[] {
      const { claim, judgement } = judged
      const { verdict } = judgement
      const space = width - titleColumn - 2 - pointsWidth
      const [first, ...more] = fold(claim.title, space)
      const shown = verdict === 'fails' ? paint.bold : verdict === 'waits' ? paint.dim : plain
      const worth = claim.points > 0 ? padStart(`${pointsOf(judged)}/${claim.points}`, pointsWidth) : ''
      const lead = isStale
        ? paint.dim(`${LOOKING_SIGN} ${padEnd(LOOKING[lang], wordWidth)}`)
        : tint[verdict](`${SIGN[verdict]} ${padEnd(WORD[verdict][lang], wordWidth)}`)
      const head = worth ? `${shown(padEnd(first, space))}  ${paint.dim(worth)}` : shown(first)
      return [`${MARGIN}${lead}  ${head}`, ...indented(more, titleColumn, shown)]
    },

    /** One quiet line below a claim, where no labels are needed. */
    aside: (words: Text): string[] => folded(words, titleColumn, paint.dim),

    labelled(
      { label, value, isCommand }: Detail,
      indent: number = width < ROOMY ? 4 : titleColumn,
    ): string[] {
      const hang = indent + labelWidth + 2
      const lead = `${' '.repeat(indent)}${paint.dim(padEnd(label, labelWidth))}  `
      // A command stays on one line however long it is: what is copied must run.
      if (isCommand) return [lead + paint.cyan(value)]
      const [first = '', ...more] = wrap(value, width - hang, lang)
      return [lead + first, ...more.map(line => (line ? ' '.repeat(hang) + line : ''))]
    },

    /** The column that values behind labels begin at. */
    valueColumn: (indent: number = width < ROOMY ? 4 : titleColumn): number => indent + labelWidth + 2,

    /** A quiet line below the summary. */
    note: (words: Text): string[] => folded(words, 4, paint.dim),

    /** A sentence, and the command it ends with. */
    advice: (words: Text, command: string): string[] => [
      ...folded(words, 4),
      `${MARGIN}  ${paint.cyan(cleanLine(command))}`,
    ],

    /** A sentence with a mark before it, folded. */
    sentence: (words: Text): string[] => fold(words, width - 4),

    summary(
      counts: Text,
      verdict: Verdict,
      words: Text,
      broken: Text | undefined,
      step: { words: Text; command?: string },
    ): string[] {
      const [first, ...more] = fold(words, width - 4)
      return [
        ...folded(counts, 2, paint.bold),
        `${MARGIN}${tint[verdict](`${SIGN[verdict]} ${first}`)}`,
        ...indented(more, 4, tint[verdict]),
        ...(broken ? folded(broken, 4, paint.bold) : []),
        ...folded(step.words, 4),
        ...(step.command ? [`${MARGIN}  ${paint.cyan(cleanLine(step.command))}`] : []),
      ]
    },
  }
}
