import { expect, it } from 'vitest'
import { Unmet } from '../core/errors.ts'
import { same } from '../core/text.ts'
import { loadLesson } from '../lesson/load-lesson.ts'
import { Judging } from './judging.ts'
import type { LiveLooker } from './live-looker.ts'

const lesson = await loadLesson('day-06')
const stages = lesson.stages.slice(0, 1).map(stage => ({ ...stage, claims: stage.claims.slice(0, 1) }))
const claim = stages[0]!.claims[0]!.id

it('what asked nothing but a database, and is unknown since a daemon ended, is judged again after its time', async () => {
  let isBroken = false
  const judging = new Judging({
    lesson: { ...lesson, stages },
    proofs: {
      [claim]: async () => {
        if (isBroken)
          throw new Unmet({ expected: same('a row'), saw: same('none'), where: 'n', tryThis: 'x' })
      },
    },
    // Every time is that of a machine a hundred times as fast.
    looker: { patienceFactor: 0.01, touch: () => [], forget: () => undefined } as unknown as LiveLooker,
    hints: 1,
    onJudged: () => undefined,
    onBusy: () => undefined,
  })
  const verdict = () => judging.states.get(claim)?.judgement?.verdict
  judging.begin()
  await expect.poll(verdict).toBe('holds')
  judging.daemon('hypervisor', 'ovn-controller', 'ended')
  isBroken = true
  judging.again()
  await expect.poll(verdict).toBe('unknown')
  await expect.poll(verdict).toBe('fails')
  judging.close()
})
