import { closest, distance } from 'fastest-levenshtein'

/** The known word nearest to a misspelt or cut-off one; undefined when none is near enough to be what was meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const cutOff = word.length >= 3 ? known.find(candidate => candidate.startsWith(word)) : undefined
  if (cutOff !== undefined || known.length === 0) return cutOff
  const candidate = closest(word, known)
  return distance(word, candidate) <= Math.max(2, Math.ceil(word.length / 3)) ? candidate : undefined
}
