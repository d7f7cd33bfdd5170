import type { Change } from './live.ts'

/** They ask, and what they change (what a bridge or a host has learnt) seldom is what a verdict follows from. */
const ASKS = /^(?:arp)?ping\b|^(?:curl|wget|nc|dig|host|getent|psql)\b/
/** Words of every change, which name nothing. */
const COMMON = new Set(
  'added changed removed set to from on in of is up down has no carrier interface address namespace route ports interfaces'.split(
    ' ',
  ),
)

/** What begins with a capital letter is a table, or begins a sentence. */
export const namesIn = (words: string): Set<string> =>
  new Set((words.match(/[\w.-]+/g) ?? []).filter(word => /^[^A-Z]./.test(word) && !COMMON.has(word)))

/** What somebody wrote, with the command it was written by, tells most; then a command alone, then what a daemon did. */
function rank({ source, words, by, isByTheWay }: Change): number {
  if (isByTheWay) return 0
  if (source !== 'program') return by ? 3 : 1
  return !words.en.includes(' ') || ASKS.test(words.en) ? 0 : 2
}

/** Whether somebody wrote it, or ran it, as far as is known. */
export const isTyped = (change: Change): boolean => rank(change) >= 2

/**
 * Changes, the most telling first. `about`: what is said of the claim. Of what was written, that comes first which names
 * the same nodes and interfaces, above all those that were seen; else the last, which was what it still took. What somebody typed stands once.
 */
export function mostTellingFirst(changes: Iterable<Change>, about: string, saw = ''): Change[] {
  const [names, seen] = [namesIn(about), namesIn(saw)]
  const shared = ({ node, words }: Change) =>
    [...namesIn(`${node} ${words.en}`)].reduce(
      (sum, name) => sum + Number(names.has(name)) + 2 * Number(seen.has(name)),
      0,
    )
  return [...changes]
    .map(change => ({ change, rank: rank(change), shared: names.size > 0 ? shared(change) : 0 }))
    .sort(
      (one, other) =>
        other.rank - one.rank || other.shared - one.shared || other.change.atMs - one.change.atMs,
    )
    .map(({ change }) => change)
}

/** What is told of a change: the command that it follows from, where its words are known. */
export const toldOf = (change: Change): Change => (change.by?.words.en.includes(' ') ? change.by : change)
