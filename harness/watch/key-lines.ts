import { widthOf } from '../tell/columns.ts'
import { paints } from '../tell/screen.ts'
import { focusOf, openSteps, stepsOf, type WatchState } from './state.ts'
import { hintKey, KEY_WORDS } from './words.ts'

/** The keys that can be pressed, on one line or, on a narrow terminal, more. */
export function keyLines(
  state: WatchState,
  { columns, colour }: { columns: number; colour: boolean },
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
    ['l', KEY_WORDS.language[lang]],
    ['r', KEY_WORDS.again[lang]],
    ['q', KEY_WORDS.quit[lang]],
  ]
  const lines: string[] = []
  let [line, width] = ['', 0]
  for (const [key, word] of keys) {
    const wide = widthOf(`  ${key} ${word}`)
    if (width > 0 && width + wide > columns) {
      lines.push(line)
      ;[line, width] = ['', 0]
    }
    line += `  ${bold(key)} ${dim(word)}`
    width += wide
  }
  return [...lines, line]
}
