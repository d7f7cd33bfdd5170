import { stripVTControlCharacters } from 'node:util'
import type { Lang, Text } from '../core/text.ts'
import { leftOut } from './wording.ts'

/** How long one value may be in a report, in UTF-16 units. */
const LIMIT = 2000
/** More than this is never even scanned: a 10 MB line must not cost time. */
const SCANNED = 65_536

/** Keeps tab and line feed; the rest of C0, DEL and C1 can move a cursor or end a document. */
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g
/** Characters that are not seen but reorder or hide what is (Unicode Technical Report 36), and the BOM. */
const INVISIBLE =
  /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu
/** Code points that XML 1.0 forbids or Unicode reserves: U+FDD0–FDEF and the last two of every plane. */
const NONCHARACTERS = /\p{Noncharacter_Code_Point}/gu
const LONE_SURROGATES = /\p{Surrogate}/gu

/**
 * What a machine said, safe to print anywhere: no terminal escapes, no control or invisible characters, tabs as
 * spaces, lone surrogates as U+FFFD. Line breaks stay, as `\n`. Above `limit` UTF-16 units the rest is cut, and the
 * end says in `lang` how many were left out.
 */
export function clean(
  text: string,
  { lang = 'en', limit = LIMIT }: { lang?: Lang; limit?: number } = {},
): string {
  const scanned = text.slice(0, SCANNED)
  const harmless = stripVTControlCharacters(scanned)
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(CONTROLS, '')
    .replace(INVISIBLE, '')
    .replace(NONCHARACTERS, '')
    .replace(LONE_SURROGATES, '\ufffd')
    .replaceAll('\t', '  ')
  if (harmless.length <= limit && scanned.length === text.length) return harmless
  const kept = harmless.slice(0, limit).replace(/[\ud800-\udbff]$/, '')
  return kept + leftOut(harmless.length - kept.length + text.length - scanned.length)[lang]
}

/** The same on one line, for titles, places and commands: line breaks become one space, behind Chinese punctuation none. */
export const cleanLine = (text: string, options?: { lang?: Lang; limit?: number }): string =>
  clean(text, options)
    .replace(/([，、。；：？！」）])\s*\n\s*/g, '$1')
    .replace(/\s*\n\s*/g, ' ')
    .trim()

/** What a report of plain data says in one language, cleaned: texts, and words that stand on one line. Null where nothing is said. */
export const plainIn = (lang: Lang) => ({
  say: (words: Text | undefined) => (words === undefined ? null : clean(words[lang], { lang })),
  line: (words: Text | string | undefined) =>
    words === undefined ? null : cleanLine(typeof words === 'string' ? words : words[lang], { lang }),
})
