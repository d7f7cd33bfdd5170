import type { Lesson, StageSpec } from '../lesson/lesson.ts'
import { type Closing, closeAll, type JudgedClaim, type Opening, type Teller } from './teller.ts'

/** The same events for several tellers, whatever order the claims are judged in. */
export interface OrderedTeller {
  opening(opening: Opening): void
  judged(stage: StageSpec, judged: JudgedClaim): void
  /** Resolves when every teller has told its end; rejects with the first one's error, after all had their turn. */
  closing(closing: Closing): Promise<void>
}

/**
 * Holds a claim's verdict back until all before it in the lesson's order are there, then tells every teller.
 * `stages` are those that are checked. What is still held back at the closing is told then, in order.
 */
export function inOrder({ stages }: Pick<Lesson, 'stages'>, tellers: readonly Teller[]): OrderedTeller {
  const key = (stage: string, claim: string) => JSON.stringify([stage, claim])
  const awaited = stages.flatMap(stage => stage.claims.map(claim => key(stage.id, claim.id)))
  const heldBack = new Map<string, [StageSpec, JudgedClaim]>()

  function tell(next: string): boolean {
    const event = heldBack.get(next)
    if (!event) return false
    heldBack.delete(next)
    for (const teller of tellers) teller.judged?.(...event)
    return true
  }

  return {
    opening(opening) {
      for (const teller of tellers) teller.opening?.(opening)
    },
    judged(stage, judged) {
      heldBack.set(key(stage.id, judged.claim.id), [stage, judged])
      while (awaited[0] !== undefined && tell(awaited[0])) awaited.shift()
    },
    async closing(closing) {
      for (const next of awaited.splice(0)) tell(next)
      for (const next of [...heldBack.keys()]) tell(next)
      await closeAll(tellers, closing)
    },
  }
}
