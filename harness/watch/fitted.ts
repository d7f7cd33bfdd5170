import type { WatchState } from './state.ts'
import { moreLines } from './words.ts'

/**
 * As many lines as there is room for: those in focus, and what stands around them. The focus that is longer than the room
 * is shown from its end where a hint was opened, which stands there, else from its beginning.
 */
export function fitted(
  { lines, focus: [from, to] }: { lines: string[]; focus: [number, number] },
  room: number,
  state: Pick<WatchState, 'scroll' | 'lang' | 'opened'>,
  dim: (words: string) => string,
): string[] {
  if (lines.length <= room) return [...lines, ...Array<string>(room - lines.length).fill('')]
  // One line says how much is left out.
  const shown = room - 1
  const isLong = to - from > shown
  const start = isLong && state.opened.size === 0 ? from : Math.min(from, Math.max(0, to - shown))
  const begin = isLong && state.opened.size > 0 ? to - shown : start
  const last = lines.length - shown
  const at = Math.max(0, Math.min(last, Math.min(begin, last) + state.scroll))
  const told = moreLines(at, lines.length - at - shown)
  return [...lines.slice(at, at + shown), dim(`  … ${told[state.lang]}`)]
}
