import type { WatchState } from './state.ts'
import { moreLines } from './words.ts'

/** What of the lines is on the screen: where it was turned to, and how many of them a page is. */
export interface View {
  scroll: number
  page: number
}

/**
 * As many lines as there is room for: those in focus, and what stands around them. The focus that is longer than the room
 * is shown from its end where a hint was opened, which stands there, else from its beginning.
 */
export function fitted(
  { lines, focus: [from, to] }: { lines: string[]; focus: [number, number] },
  room: number,
  state: Pick<WatchState, 'scroll' | 'lang' | 'opened'>,
  dim: (words: string) => string,
): { lines: string[]; view: View } {
  if (lines.length <= room)
    return {
      lines: [...lines, ...Array<string>(room - lines.length).fill('')],
      view: { scroll: 0, page: room },
    }
  // One line says how much is left out.
  const shown = room - 1
  const isLong = to - from > shown
  const start = isLong && state.opened.size === 0 ? from : Math.min(from, Math.max(0, to - shown))
  const last = lines.length - shown
  const begin = Math.min(last, isLong && state.opened.size > 0 ? to - shown : start)
  const at = Math.max(0, Math.min(last, begin + state.scroll))
  const told = moreLines(at, lines.length - at - shown)
  return {
    lines: [...lines.slice(at, at + shown), dim(`  … ${told[state.lang]}`)],
    view: { scroll: at - begin, page: Math.max(1, shown - 1) },
  }
}
