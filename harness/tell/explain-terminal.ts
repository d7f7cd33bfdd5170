import type { Trail } from '../core/hop.ts'
import { text } from '../core/text.ts'
import { cleanLine } from './clean.ts'
import { drawHops } from './draw-hops.ts'
import type { ExplainOpening } from './explain-json.ts'
import { layout } from './layout.ts'
import { paints, printOn, type Screen } from './screen.ts'
import { trailLine } from './trail-line.ts'
import { fromRecording, SIGN } from './wording.ts'

const AS_VERDICT = { reached: 'holds', broken: 'fails', unknown: 'unknown' } as const

/** Tells a path on a terminal: what is asked at once, the hops when they are known. */
export function explainTerminal(screen: Screen) {
  const { tint } = paints(screen.colour)
  const page = layout(screen)
  const print = printOn(screen)
  return {
    opening(from: string, to: string, { lab, recorded }: ExplainOpening): void {
      const about = [
        text(`lab ${lab}`, `實驗環境 ${lab}`),
        ...(recorded ? [fromRecording(recorded.takenAt)] : []),
      ]
      print(['', ...page.heading(text(`${from} → ${to}`, `${from} → ${to}`), ...about), ''])
    },
    closing(trail: Trail): void {
      const { verdict, hops, broken } = trail
      const where = hops.find(({ id }) => id === broken)?.where
      const unseen = verdict === 'unknown' ? hops.find(hop => hop.verdict === 'unknown')?.id : undefined
      const tinted = tint[AS_VERDICT[verdict]]
      const [words = '', ...more] = page.sentence(trailLine(trail, where && cleanLine(where)))
      print([
        ...drawHops(hops, screen, { indent: 2, detailed: broken ?? unseen }),
        '',
        `  ${tinted(`${SIGN[AS_VERDICT[verdict]]} ${words}`)}`,
        ...more.map(line => `    ${tinted(line)}`),
        '',
      ])
    },
  }
}
