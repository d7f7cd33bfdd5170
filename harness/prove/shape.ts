/** What differs from machine to machine, and what stands for it; IPv4 addresses are the lesson's own, and kept. */
const DRAWN =
  /(?<kept>\b\d+(?:\.\d+){3}\b)|\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b|\bfe80:[\da-f:]+|\b[\da-f]{2}(?::[\da-f]{2}){5}\b|@if\d+|\b0x[\da-f]+|\b[\da-f]{6,}\b|\?|\b\d+(?:\.\d+)?/g

/** The words of a line, without punctuation of lists and maps, which releases set differently. */
const wordsOf = (line: string): string[] =>
  line
    .replace(DRAWN, (all, kept?: string) => kept ?? (all.startsWith('@') ? '' : '#'))
    .split(/[\s,;(){}[\]="]+/)
    .map(word => word.replace(/:$/, ''))
    .filter(word => word !== '' && !word.includes('…'))

/**
 * The lines of an output shown in a text that have no counterpart in what was printed: a line with all of their words,
 * where ids, MAC addresses and numbers are any, and an ellipsis stands for what the text leaves out.
 */
export function notPrinted(shown: string, printed: string): string[] {
  const lines = printed.split('\n').map(line => new Set(wordsOf(line)))
  return shown
    .split('\n')
    .filter(line => line.trim() !== '' && !lines.some(words => wordsOf(line).every(word => words.has(word))))
}
