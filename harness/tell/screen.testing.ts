import type { Closing } from './teller.ts'
import { terminalTeller } from './terminal.ts'

/** What a whole check looks like on a terminal. */
export function screen(
  closing: Closing,
  options: { colour?: boolean; widthColumns?: number; again?: string; explain?: boolean } = {},
) {
  let output = ''
  const write = (text: string) => {
    output += text
  }
  const teller = terminalTeller({ write, lang: closing.lang, colour: false, widthColumns: 80, ...options })
  teller.opening?.(closing)
  for (const { stage, claims } of closing.stages) for (const judged of claims) teller.judged?.(stage, judged)
  void teller.closing(closing)
  return output
}

/** The last `n` lines of it. */
export const lastLines = (output: string, n: number) => output.trimEnd().split('\n').slice(-n).join('\n')
