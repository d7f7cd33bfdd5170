import { expect } from 'vitest'
import type { Verdict } from '../core/verdict.ts'
import { embeddedInventory } from '../embedded/index.ts'
import { withoutUnbegun, withReplaced } from '../judge/aside.ts'
import { loadProofs } from '../judge/load-proofs.ts'
import { paced } from '../testing/paced.ts'
import { type RealLab, verdictsOf } from '../testing/real-lab.ts'
import type { Change, Flip, LiveEvent, LiveLesson } from './live.ts'
import { openLive } from './open-live.ts'

/** A lesson that is watched on a real lab, and all that was told of it. */
export interface Watching {
  live: LiveLesson
  flips: Flip[]
  events: LiveEvent[]
  /** The words of every change that was told so far, `NODE: WORDS`. */
  told(): string[]
  /** Forgets what was told so far. */
  from(): void
  /** Waits until the claim has come to the verdict; resolves with the words of what it follows from, `NODE: WORDS`. */
  until(claim: string, to: Verdict): Promise<string[]>
  /** What it says of every claim when nothing more is to be judged, or after a while. */
  verdicts(): Promise<Record<string, string>>
}

export async function watching(lab: RealLab, name: string): Promise<Watching> {
  const inventory = await embeddedInventory(name)
  if (!inventory) throw new Error(`lab ${name} is not up`)
  const live = openLive({ lesson: lab.lesson, proofs: await loadProofs(lab.lesson), lab: inventory })
  const flips: Flip[] = []
  const events: LiveEvent[] = []
  live.on(event => {
    events.push(event)
    if (event.kind === 'judged') flips.push(...event.flips)
  })
  const causesOf = (claim: string, to: Verdict): string[] | undefined => {
    const judged = events.findLast(
      event => event.kind === 'judged' && event.flips.some(flip => flip.claim === claim && flip.to === to),
    )
    return judged?.kind === 'judged' ? judged.causes.map(told) : undefined
  }
  return {
    live,
    flips,
    events,
    from() {
      flips.length = 0
      events.length = 0
    },
    told: () => events.flatMap(event => (event.kind === 'changed' ? event.changes.map(told) : [])),
    async until(claim, to) {
      await expect.poll(() => live.judgements.get(claim)?.verdict, { timeout: paced(30_000) }).toBe(to)
      return causesOf(claim, to) ?? []
    },
    async verdicts() {
      // What ended a moment ago may not have been heard of yet.
      await new Promise(resolve => setTimeout(resolve, paced(1_000)))
      // Two machines that take a row from each other never settle.
      await Promise.race([live.settled(), new Promise(resolve => setTimeout(resolve, paced(45_000)))])
      return verdictsOf(new Map(live.judgements), lab.lesson)
    },
  }
}

const told = ({ node, words }: Change) => `${node}: ${words.en}`

/** What a check of the same lab says, claims that are set aside as a check sets them aside. */
export async function checked(lab: RealLab): Promise<Record<string, string>> {
  const { judgements } = await lab.check()
  const { stages } = lab.lesson
  return verdictsOf(withoutUnbegun(stages, withReplaced(stages, judgements)), lab.lesson)
}
