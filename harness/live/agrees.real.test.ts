import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withoutExtra } from '../lesson/lesson.ts'
import { loadTrials } from '../prove/load-trials.ts'
import { paced } from '../testing/paced.ts'
import { otherTurn } from '../testing/part.ts'
import { noLabReason, type RealLab, realLab } from '../testing/real-lab.ts'
import { checked, type Watching, watching } from './watching.testing.ts'

const NAME = 'live-agrees'
/** So many mistakes are made and mended. */
const STEPS = Number(process.env.OVN_LAB_WALK_STEPS ?? 6)
/** Told with a failure, so that the same way can be gone again. */
const SEED = Number(process.env.OVN_LAB_WALK_SEED ?? Date.now() % 100_000)

/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    yield ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const notHere = noLabReason || otherTurn(1)

describe.skipIf(notHere)(`watched, it tells what a check tells${notHere}`, () => {
  let lab: RealLab
  let seen: Watching

  beforeAll(async () => {
    lab = await realLab(NAME, process.env.OVN_LAB_WALK_LESSON ?? 'day-06')
    for (const { id } of withoutExtra(lab.lesson.stages)) await lab.solve(id)
    seen = await watching(lab, NAME)
  })
  afterAll(async () => {
    await seen?.live.close()
    await lab?.down()
  })

  it(
    `after each of ${STEPS} known mistakes, and when it is mended (seed ${SEED})`,
    async () => {
      const own = withoutExtra(lab.lesson.stages)
      const trials = (await loadTrials(lab.lesson, ['controller', 'hypervisor'])).filter(
        ({ kind, at, onlyOn, connectsAnew }) =>
          kind === 'faults' && at === own.at(-1)!.id && !onlyOn && !connectsAnew,
      )
      const dice = numbers(SEED)
      for (let step = 0; step < STEPS; step++) {
        const trial = trials[Math.floor(dice.next().value * trials.length)]!
        for (const [what, steps] of [
          ['made', trial.do],
          ['mended', trial.repair],
        ] as const) {
          await lab.apply(steps)
          const told = await seen.verdicts()
          expect(told, `${trial.id} ${what}`).toEqual(await checked(lab))
        }
      }
    },
    paced(STEPS * 60_000),
  )
})
