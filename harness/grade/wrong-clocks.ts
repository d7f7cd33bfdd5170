import type { Traffic } from '../look/evidence.ts'
import type { Recording } from '../look/recording.ts'

/** A node whose clock is not the grader's: so much it is fast, or slow where negative. No verdict rests on it. */
export interface WrongClock {
  node: string
  fastMs: number
}

/** Pings are sent within a minute or two of when a recording was taken. */
const USUAL_MS = 10 * 60_000

/** The nodes whose clocks are off, by when they say that our pings were there. */
export function wrongClocksIn({ answers, takenAt }: Pick<Recording, 'answers' | 'takenAt'>): WrongClock[] {
  const fastMs = new Map<string, number>()
  for (const answer of answers) {
    if (answer.request.look !== 'traffic' || !('evidence' in answer)) continue
    for (const capture of (answer.evidence as Traffic).captures) {
      const [first] = 'heard' in capture && !capture.wireOf ? capture.heard : []
      if (first) fastMs.set(capture.node, first.firstMs - Date.parse(takenAt))
    }
  }
  return [...fastMs]
    .filter(([, off]) => Math.abs(off) > USUAL_MS)
    .map(([node, off]) => ({ node, fastMs: Math.round(off) }))
}
