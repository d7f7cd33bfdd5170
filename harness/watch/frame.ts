import { widthOf } from '../tell/columns.ts'

const SGR = /(\u001b\[[0-9;]*m)/
const graphemes = new Intl.Segmenter()

/** A line cut to so many columns; colours are kept, and end with it. */
export function cutTo(line: string, columns: number): string {
  if (widthOf(line) <= columns) return line
  let [cut, width] = ['', 0]
  for (const part of line.split(SGR)) {
    if (SGR.test(part)) {
      cut += part
      continue
    }
    for (const { segment } of graphemes.segment(part)) {
      const wide = widthOf(segment)
      if (width + wide > columns) break
      cut += segment
      width += wide
    }
    if (width >= columns - 1 && part !== '') columns = width
  }
  return cut
}

/** What is on a terminal, so that only lines that differ are written. */
export class Frame {
  #drawn: string[] = []
  #columns = 0
  #rows = 0

  /** Forgets what is there: all is written the next time. */
  forget(): void {
    this.#drawn = []
    this.#columns = 0
  }

  /** What to write (ECMA-48) so that these lines are on the screen; empty where they are. */
  draw(lines: string[], { columns, rows }: { columns: number; rows: number }): string {
    const isNew = columns !== this.#columns || rows !== this.#rows
    const cut = Array.from({ length: rows }, (_, row) => cutTo(lines[row] ?? '', columns))
    const written = cut.map((line, row) => {
      if (!isNew && line === this.#drawn[row]) return ''
      // Behind a line that fills the terminal the cursor still stands on its last column: erasing would take that away.
      const rest = widthOf(line) < columns ? '\u001b[K' : ''
      return `\u001b[${row + 1};1H${line}${rest}`
    })
    ;[this.#drawn, this.#columns, this.#rows] = [cut, columns, rows]
    return (isNew ? '\u001b[H\u001b[2J' : '') + written.join('')
  }
}
