import { closest, distance } from 'fastest-levenshtein'

/**
 * The known word nearest to a misspelt or cut-off one, whatever its case; undefined when none is near enough
 * to be what was meant.
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const asTyped = word.toLowerCase()
  const lower = known.map(one => one.toLowerCase())
  const cutOff = asTyped.length >= 3 ? lower.findIndex(one => one.startsWith(asTyped)) : -1
  if (cutOff >= 0 || known.length === 0) return known[cutOff]
  // Letters that changed places: no other word of the same distance is as likely.
  const isMixedUp = (one: string) => letters(one) === letters(asTyped) && distance(asTyped, one) <= 2
  const candidate = lower.find(isMixedUp) ?? closest(asTyped, lower)
  // Letters that changed places count as two slips.
  const slipsMax = Math.max(word.length < 4 ? 1 : 2, Math.floor(Math.max(word.length, candidate.length) / 3))
  return distance(asTyped, candidate) <= slipsMax ? known[lower.indexOf(candidate)] : undefined
}

const letters = (word: string): string => [...word].sort().join('')
