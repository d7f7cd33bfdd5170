import { widthOf } from '../tell/columns.ts'

/**
 * A shell command as lines that still run when they are copied: broken at blanks outside quotes, with a backslash at the
 * end (POSIX shell, section 2.2.1). What has no such place, a comment for one, stays on one line.
 */
export function commandLines(command: string, columns: number): string[] {
  const lines = ['']
  for (const word of words(command)) {
    const line = lines.at(-1)!
    const isComment = word.startsWith('#') || line.includes(' #')
    if (line && !isComment && widthOf(`${line} ${word} \\`) > columns) {
      lines[lines.length - 1] = `${line} \\`
      lines.push(word)
    } else lines[lines.length - 1] = line ? `${line} ${word}` : word
  }
  return lines
}

/** Words between blanks that are outside quotes. */
function words(command: string): string[] {
  const found: string[] = []
  let [word, quote] = ['', '']
  for (const character of command) {
    if (quote) quote = character === quote ? '' : quote
    else if (character === "'" || character === '"') quote = character
    if (character === ' ' && !quote) {
      found.push(word)
      word = ''
    } else word += character
  }
  return [...found, word]
}
