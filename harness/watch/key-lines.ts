import { widthOf } from '../tell/columns.ts'
import { paints } from '../tell/screen.ts'
import { focusOf, openSteps, stepsOf, type WatchState } from './state.ts'
import { hintKey, KEY_WORDS } from './words.ts'

/**
 * The keys that can be pressed, on one line or, on a narrow terminal, more; where there is no room for those, their letters.
 * `isLong`: not all claims are on the screen.
 */
export function keyLines(
  state: WatchState,
  { columns, colour, isLow, isLong }: { columns: number; colour: boolean; isLow: boolean; isLong: boolean },
): string[] {
  const { lang } = state
  const { dim, bold } = paints(colour)
  const focus = focusOf(state)
  const steps = focus ? stepsOf(state, focus.id).length : 0
  const keys: [string, string][] = [
    ...(focus && steps > 0 && !state.showsAll
      ? [['h', hintKey(openSteps(state, focus.id), steps)[lang]] as [string, string]]
      : []),
    ['a', (state.showsAll ? KEY_WORDS.stage : KEY_WORDS.all)[lang]],
    ['n/p', KEY_WORDS.turn[lang]],
    ['↑↓', KEY_WORDS.move[lang]],
    ...(isLong ? [['PgUp/PgDn', KEY_WORDS.page[lang]] as [string, string]] : []),
    ['l', KEY_WORDS.language[lang]],
    ['r', KEY_WORDS.again[lang]],
    ['q', KEY_WORDS.quit[lang]],
  ]
  const lines = folded(keys, columns, shown)
  if (!isLow || lines.length === 1) return lines
  return folded(
    [...keys.slice(0, -1).map(([key]): [string, string] => [key, '']), keys.at(-1)!],
    columns,
    shown,
  )

  function shown(key: string, word: string): string {
    return word ? `  ${bold(key)} ${dim(word)}` : `  ${bold(key)}`
  }
}

function folded(
  keys: [string, string][],
  columns: number,
  shown: (key: string, word: string) => string,
): string[] {
  const lines: string[] = []
  let [line, width] = ['', 0]
  for (const [key, word] of keys) {
    const wide = widthOf(word ? `  ${key} ${word}` : `  ${key}`)
    if (width > 0 && width + wide > columns) {
      lines.push(line)
      ;[line, width] = ['', 0]
    }
    line += shown(key, word)
    width += wide
  }
  return [...lines, line]
}
