import stringWidth from 'string-width'
import type { Lang } from '../core/text.ts'

/** Closing marks never begin a line, opening marks never end one (CLREQ, “line breaking rules”). */
const CLOSES = /^[、，。．：；！？）」』】〉》…·,.:;!?)\]}”’]/u
const OPENS = /[（「『【〈《([{“‘]$/u
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\u3000-\u303f\uff00-\uff60]/u
const QUOTED_COMMAND = /(`[^`\n]+`)/

/** How many terminal columns a text takes; a Chinese character takes two. */
export const widthOf = (text: string): number => stringWidth(text)

export const padEnd = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - widthOf(text)))

export const padStart = (text: string, columns: number): string =>
  ' '.repeat(Math.max(0, columns - widthOf(text))) + text

/** Rows of cells as lines, each column as wide as its widest cell, two blanks between. */
export function tableLines(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => widthOf(row[column] ?? ''))))
  return rows.map(row =>
    row
      .map((cell, column) => padEnd(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

const segmenters: Partial<Record<Lang, Intl.Segmenter>> = {}
function wordsOf(text: string, lang: Lang): string[] {
  segmenters[lang] ??= new Intl.Segmenter(lang, { granularity: 'word' })
  return Array.from(segmenters[lang].segment(text), part => part.segment)
}

/** Whether a line may end between two neighbours; identifiers such as `br-eth2` stay whole, Chinese words part. */
const mayPart = (left: string, right: string): boolean => {
  if (/\s$/.test(left) || /^\s/.test(right)) return true
  if (CLOSES.test(right) || OPENS.test(left)) return false
  return WIDE.test(left.at(-1) ?? '') || WIDE.test(right.at(0) ?? '')
}

/** The pieces a line can be broken between; a command in backticks is one piece. */
function pieces(text: string, lang: Lang): string[] {
  const parts = text.split(QUOTED_COMMAND).flatMap((part, i) => (i % 2 ? [part] : wordsOf(part, lang)))
  const joined: string[] = []
  for (const part of parts) {
    const last = joined.at(-1)
    if (last === undefined || mayPart(last, part)) joined.push(part)
    else joined[joined.length - 1] = last + part
  }
  return joined
}

/** Cuts what has no place to break, at whole characters. */
function cut(piece: string, columns: number): string[] {
  const lines = ['']
  for (const { segment } of new Intl.Segmenter().segment(piece)) {
    const line = lines.at(-1) ?? ''
    if (line && widthOf(line + segment) > columns) lines.push(segment)
    else lines[lines.length - 1] = line + segment
  }
  return lines
}

/** The same for a line whose parts stand beside each other with ` · ` between them: it is broken there, where a part fits into a line. */
export function wrapParts(text: string, columns: number, lang: Lang): string[] {
  const lines: string[] = []
  for (const part of text.split(' · ')) {
    const line = lines.at(-1)
    const longer = line === undefined ? part : `${line} · ${part}`
    if (widthOf(longer) <= columns) lines.splice(-1, 1, longer)
    else lines.push(...wrap(part, columns, lang))
  }
  return lines
}

/** Lines of at most `columns` terminal columns; existing line breaks stay. At least one line. */
export function wrap(text: string, columns: number, lang: Lang): string[] {
  return text.split('\n').flatMap(paragraph => {
    const lines: string[] = []
    let line = ''
    for (const piece of pieces(paragraph, lang)) {
      if (widthOf((line + piece).trimEnd()) <= columns) {
        line += piece
        continue
      }
      if (line.trim()) lines.push(line.trimEnd())
      const rest = piece.trim() && widthOf(piece) > columns ? cut(piece, columns) : [piece.trimStart()]
      lines.push(...rest.slice(0, -1))
      line = rest.at(-1) ?? ''
    }
    return [...lines, line.trimEnd()]
  })
}
