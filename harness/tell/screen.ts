import picocolors from 'picocolors'
import type { Lang } from '../core/text.ts'
import { colourWanted } from './colour.ts'

/** Where something is told to somebody who looks on. */
export interface Screen {
  write: (words: string) => void
  lang: Lang
  colour: boolean
  /** The terminal's width; where there is none, 80. */
  widthColumns: number
}

/** Standard output as a screen, in the language and the colours a call asks for. */
export const standardOutput = (
  { lang, color }: { lang: Lang; color: boolean },
  widthElsewhere = 80,
): Screen => ({
  write: words => void process.stdout.write(words),
  lang,
  colour: color && colourWanted(process.env, process.stdout),
  // A terminal that nobody told its size says 0.
  widthColumns: process.stdout.columns || widthElsewhere,
})

/** Prints finished lines. */
export const printOn =
  ({ write }: Pick<Screen, 'write'>) =>
  (lines: string[]): void =>
    write(`${lines.join('\n')}\n`)

/** What words can be painted with; `tint` by verdict. */
export function paints(colour: boolean) {
  const paint = picocolors.createColors(colour)
  return { ...paint, tint: { holds: paint.green, fails: paint.red, unknown: paint.yellow, waits: paint.dim } }
}
